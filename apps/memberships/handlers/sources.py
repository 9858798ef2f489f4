"""Jobs of Patreon and Ko-fi: reading everything, following one message, and forgetting what is old."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from django.utils import timezone

from apps.jobs.contract import Handler, JobContext, register
from apps.jobs.enums import Queue, State
from apps.jobs.errors import JobError
from apps.memberships.elsewhere import Cause, DeliveryState, Link, Provider, RunState
from apps.memberships.models import PatreonCampaign, SyncRun, WebhookDelivery
from apps.memberships.providers.patreon.errors import Away, PatreonError, Unauthorized
from apps.memberships.services.kofi.payments import take_payment
from apps.memberships.services.kofi.supporters import note_lapsed
from apps.memberships.services.patreon import hints, sync
from apps.memberships.services.patreon.asking import Asker
from apps.memberships.services.webhooks.receive import close
from apps.memberships.services.webhooks.tidy import forget_old
from apps.memberships.work import PATREON_SYNC, TIDY_SOURCES, WEBHOOK, DeliveryParams, Nothing, SyncParams


@contextmanager
def patreon_told() -> Iterator[None]:
    """Turns what Patreon does into what a job says. Nobody loses anything by any of it."""
    try:
        yield
    except Away as error:
        sentence = "Patreon does not answer as it should. Nobody loses anything by that; it is tried again."
        raise JobError("patreon_away", sentence, retryable=True, staff_error=str(error)) from error
    except Unauthorized as error:
        sentence = "The connection to Patreon was lost. Connect the campaign again."
        raise JobError("patreon_disconnected", sentence, staff_error=str(error)) from error
    except PatreonError as error:
        sentence = "Patreon refused what this site asked it for."
        raise JobError("patreon_refused", sentence, staff_error=str(error)) from error


@register
class PatreonSync(Handler[SyncParams]):
    """Every member of a campaign, page by page; without a campaign, one such job for each."""

    kind = PATREON_SYNC
    queue = Queue.IO
    params_type = SyncParams
    title = "Read the members at Patreon"

    def run(self, params: SyncParams, ctx: JobContext) -> dict[str, Any]:
        if params.campaign_id is None:
            return {"campaigns": _all(params.cause)}
        campaign = PatreonCampaign.objects.filter(pk=params.campaign_id, link=Link.CONNECTED).first()
        if campaign is None:
            return {"connected": False}
        asker = Asker(campaign.pk, ctx.check)
        run = sync.begin(campaign=campaign, cause=params.cause, job_id=ctx.job_id)
        with patreon_told():
            missed = bool(ctx.step("look around", lambda: sync.look_around(run=run, asker=asker)))
            run.refresh_from_db()
            while sync.next_page(run=run, asker=asker, still_mine=ctx.still_mine):
                ctx.progress(run.seen, max(run.expected or 0, run.seen), stage="Reading members")
                ctx.check()
        sync.finish(run=run)
        return {
            "run": str(run.pk),
            "pages": run.pages,
            "seen": run.seen,
            "changed": run.changed,
            "granted": run.granted,
            "complete": run.complete,
            "webhooks_missed": missed,
        }


def _all(cause: Cause) -> int:
    campaigns = list(PatreonCampaign.objects.filter(link=Link.CONNECTED).order_by("pk"))
    for campaign in campaigns:
        sync.submit_sync(campaign=campaign, cause=cause)
    return len(campaigns)


@register
class FollowDelivery(Handler[DeliveryParams]):
    """Works on one message. What it says of somebody at Patreon is read again there."""

    kind = WEBHOOK
    queue = Queue.IO
    params_type = DeliveryParams
    title = "Follow a message from Patreon or Ko-fi"

    def run(self, params: DeliveryParams, ctx: JobContext) -> dict[str, Any]:
        delivery = WebhookDelivery.objects.select_related("campaign", "account").filter(pk=params.delivery_id).first()
        if delivery is None or delivery.state != DeliveryState.WAITING:
            return {"waiting": False}
        if delivery.provider == Provider.KOFI:
            state, note = take_payment(delivery=delivery)
        else:
            with patreon_told():
                asker = Asker(delivery.campaign_id, ctx.check) if delivery.campaign_id else None
                outcome = hints.follow(delivery=delivery, asker=asker) if asker else None
            state, note = (outcome.state, outcome.note) if outcome else (DeliveryState.IGNORED, "Of no campaign.")
        close(delivery_id=delivery.pk, state=state, note=note)
        return {"state": str(state), "note": note}


@register
class TidySources(Handler[Nothing]):
    kind = TIDY_SOURCES
    queue = Queue.DEFAULT
    params_type = Nothing
    title = "Forget old messages of Patreon and Ko-fi"

    def run(self, params: Nothing, ctx: JobContext) -> dict[str, Any]:
        now = timezone.now()
        return {**forget_old(now=now), "lapsed_at_kofi": note_lapsed(now=now)}


def job_ends(*, job_id: UUID, kind: str, state: str, sentence: str = "", **_: Any) -> None:
    """Receiver of `job_ending`: a run or a message whose job has failed does not look as if it still went on."""
    if state == State.SUCCEEDED:
        return
    if kind == PATREON_SYNC:
        for run in SyncRun.objects.filter(job_id=job_id, state=RunState.RUNNING):
            sync.fail(run=run, error=sentence or "It was stopped.")
    elif kind == WEBHOOK:
        for row in WebhookDelivery.objects.filter(job_id=job_id, state=DeliveryState.WAITING):
            close(delivery_id=row.pk, state=DeliveryState.FAILED, note=sentence or "It was stopped.")
