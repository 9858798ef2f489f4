"""Work about people: copies of their data, deletions, letters, and what is tidied by the clock."""

from typing import Any
from uuid import UUID

from django.utils import timezone

from apps.accounts.models import User
from apps.accounts.services import activity
from apps.accounts.services.export import export_failed, make_export, remove_old_exports
from apps.accounts.services.leave import WAITS, delete_person, submit_due
from apps.accounts.services.letters import Letter, send_letter
from apps.accounts.work import (
    DELETE,
    EXPORT,
    MAIL,
    TIDY,
    DeleteParams,
    ExportParams,
    MailParams,
    TidyParams,
)
from apps.core.errors import Conflict
from apps.jobs.contract import Handler, JobContext, register
from apps.jobs.enums import Queue, State
from apps.jobs.errors import JobError


@register
class Export(Handler[ExportParams]):
    kind = EXPORT
    queue = Queue.IO
    params_type = ExportParams
    title = "Gather your data"

    def run(self, params: ExportParams, ctx: JobContext) -> dict[str, Any]:
        made = make_export(export_id=params.export_id, folder=ctx.folder, check=ctx.check, still_mine=ctx.still_mine)
        return {"size_bytes": made}


def export_ending(*, kind: str, subject: str, state: str, **_: Any) -> None:
    """Receiver of `apps.jobs.signals.job_ending`: whoever asked for a copy that did not come about may ask again."""
    if kind == EXPORT and state in {State.FAILED, State.CANCELLED}:
        export_failed(export_id=UUID(subject.rpartition(":")[2]))


@register
class Delete(Handler[DeleteParams]):
    """Asked for by `accounts.tidy` when the time is over."""

    kind = DELETE
    queue = Queue.IO
    params_type = DeleteParams
    title = "Delete an account"

    def run(self, params: DeleteParams, ctx: JobContext) -> dict[str, Any]:
        try:
            return {"deleted": delete_person(person_id=params.person_id, now=timezone.now())}
        except Conflict as error:
            raise JobError(error.code, error.message, retryable=False) from error


@register
class Mail(Handler[MailParams]):
    kind = MAIL
    queue = Queue.IO
    params_type = MailParams
    title = "Write a letter"

    def run(self, params: MailParams, ctx: JobContext) -> dict[str, Any]:
        person = User.objects.filter(pk=params.person_id).first()
        if person is None:
            return {"sent": False}
        words = {"person": person, "days": WAITS.days}
        try:
            return {"sent": send_letter(Letter(params.letter), person.email, person.name, **words)}
        except OSError as error:  # smtplib's own are OSErrors, too
            raise JobError("mail", "The mail server does not take letters now.", retryable=True) from error


@register
class Tidy(Handler[TidyParams]):
    """Asked for by the clock."""

    kind = TIDY
    queue = Queue.IO
    params_type = TidyParams
    title = "Tidy up after people"

    def run(self, params: TidyParams, ctx: JobContext) -> dict[str, Any]:
        now = timezone.now()
        return {
            "exports": remove_old_exports(now=now),
            "leaving": submit_due(now=now),
            "activity": activity.purge(now=now),
        }
