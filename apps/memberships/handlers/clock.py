"""What memberships do in the background."""

import time
from typing import Any

from django.utils import timezone

from apps.jobs.contract import Handler, JobContext, register
from apps.jobs.enums import Queue
from apps.jobs.errors import JobError
from apps.memberships.ladder import FRESH_SECONDS
from apps.memberships.models import Tier
from apps.memberships.services.caps import spread_caps, tell_holders
from apps.memberships.services.gift_mail import send_gift_mail
from apps.memberships.services.turn import turn
from apps.memberships.work import GIFT_MAIL, RETIER, TURN, GiftMailParams, RetierParams, TurnParams


@register
class Turn(Handler[TurnParams]):
    """Asked for by the clock."""

    kind = TURN
    queue = Queue.DEFAULT
    params_type = TurnParams
    title = "Let memberships begin and end"

    def run(self, params: TurnParams, ctx: JobContext) -> dict[str, Any]:
        return dict(turn(check=ctx.check))


@register
class Retier(Handler[RetierParams]):
    """A tier has changed: whoever has it gets what it brings now."""

    kind = RETIER
    queue = Queue.DEFAULT
    params_type = RetierParams
    title = "Give members what their tier brings now"

    def run(self, params: RetierParams, ctx: JobContext) -> dict[str, Any]:
        tier = Tier.objects.filter(pk=params.tier_id).first()
        if tier is None:
            return {"people": 0}
        people = spread_caps(tier_id=tier.pk, check=ctx.check)
        # Sockets that ask before their process has read the tiers anew would be told the old.
        while (timezone.now() - tier.updated_at).total_seconds() <= FRESH_SECONDS:
            ctx.check()
            time.sleep(0.2)
        tell_holders(tier_id=tier.pk, check=ctx.check)
        return {"people": people}


@register
class GiftMail(Handler[GiftMailParams]):
    kind = GIFT_MAIL
    queue = Queue.IO
    params_type = GiftMailParams
    title = "Send a gift by mail"

    def run(self, params: GiftMailParams, ctx: JobContext) -> dict[str, Any]:
        try:
            return {"sent": send_gift_mail(gift_id=params.gift_id, occasion=params.occasion)}
        except OSError as error:
            sentence = "The mail server could not be reached."
            raise JobError("mail_away", sentence, retryable=True, staff_error=str(error)) from error
