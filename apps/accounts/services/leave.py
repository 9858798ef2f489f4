"""Deleting one's own account: asked for, taken back by signing in, and done when the time is over."""

from contextlib import suppress
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from apps.accounts.models import User
from apps.accounts.permissions import check_not_the_last_owner
from apps.accounts.services.activity import forget_person, record
from apps.accounts.services.avatar import remove_files
from apps.accounts.services.export import remove_exports
from apps.accounts.services.letters import Letter, send_later, send_letter
from apps.accounts.services.people import shut_out
from apps.accounts.signals import person_leaving
from apps.accounts.work import DELETE, DeleteParams
from apps.core.errors import Conflict
from apps.jobs.models import Job
from apps.jobs.services.cancel import cancel
from apps.jobs.services.submit import submit

WAITS = timedelta(days=7)
_MOST_AT_ONCE = 200
_MOST_JOBS = 10_000


@transaction.atomic
def ask_to_leave(*, person: User, request: HttpRequest | None = None) -> datetime:
    """Closes the account now and has it deleted in seven days; returns when. Raises Conflict for the last owner."""
    person = User.objects.select_for_update(of=("self",)).get(pk=person.pk)
    check_not_the_last_owner(person)
    if person.leaving_at is None:
        person.leaving_at = timezone.now() + WAITS
        person.save(update_fields=["leaving_at", "updated_at"])
        record("person.leaving", actor=person, subject=person, request=request)
        send_later(person, Letter.LEAVING)
        shut_out(person)
    assert person.leaving_at
    return person.leaving_at


@transaction.atomic
def stay(*, person: User, request: HttpRequest | None = None) -> bool:
    """Takes the wish to leave back; whether there was one."""
    stays = bool(User.objects.filter(pk=person.pk, leaving_at__isnull=False).update(leaving_at=None))
    if stays:
        person.leaving_at = None
        record("person.stays", actor=person, subject=person, request=request)
    return stays


def submit_due(*, now: datetime) -> int:
    """A job for each account whose time is over; a failure of one stays its own. Returns how many."""
    due = User.objects.filter(leaving_at__lte=now).order_by("leaving_at")[:_MOST_AT_ONCE]
    for person in due:
        key = f"{DELETE}:{person.pk}:{person.leaving_at:%Y%m%d%H%M%S}"
        submit(
            kind=DELETE, params=DeleteParams(person_id=person.pk), subject=subject_of(person.pk), idempotency_key=key
        )
    return len(due)


def subject_of(person_id: UUID) -> str:
    return f"accounts.user:{person_id}"


def delete_person(*, person_id: UUID, now: datetime) -> bool:
    """Deletes an account whose time is over, with all that other apps keep of it; whether it did. Raises Conflict.

    One transaction; files go after it. What the person published goes to the trash and belongs to nobody.
    """
    _end_work(person_id)
    with transaction.atomic():
        person = User.objects.select_for_update(of=("self",)).filter(pk=person_id, leaving_at__lte=now).first()
        if person is None:
            return False
        check_not_the_last_owner(person)
        address, name = person.email, person.name
        shut_out(person)
        person_leaving.send(User, person=person)
        remove_exports(person)
        remove_files(person)
        record("person.deleted", subject=person)
        person.delete()
        forget_person(person_id=person_id)
    send_letter(Letter.GONE, address, name)
    return True


def _end_work(person_id: UUID) -> None:
    """Outside of any transaction: ending work locks jobs first."""
    due = User.objects.filter(pk=person_id, leaving_at__isnull=False)
    live = Job.objects.live().roots().filter(owner__in=due)
    for job_id in live.values_list("pk", flat=True)[:_MOST_JOBS]:
        with suppress(Conflict):  # it has ended meanwhile
            cancel(job_id=job_id)
