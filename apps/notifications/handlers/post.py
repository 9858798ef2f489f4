"""What notifications do in the background."""

from typing import Any

from apps.jobs.contract import Handler, JobContext, register
from apps.jobs.enums import Queue
from apps.notifications.services.forget import forget_old
from apps.notifications.services.mail import send_due
from apps.notifications.work import FORGET, MAIL, ForgetParams, MailParams


@register
class Mail(Handler[MailParams]):
    """Asked for when something shall be mailed, and every hour by the clock."""

    kind = MAIL
    queue = Queue.IO
    params_type = MailParams
    title = "Send notifications by mail"

    def run(self, params: MailParams, ctx: JobContext) -> dict[str, Any]:
        return dict(send_due(check=ctx.check))


@register
class Forget(Handler[ForgetParams]):
    """Asked for by the clock."""

    kind = FORGET
    queue = Queue.IO
    params_type = ForgetParams
    title = "Forget old notifications"

    def run(self, params: ForgetParams, ctx: JobContext) -> dict[str, Any]:
        return {"forgotten": forget_old(check=ctx.check)}
