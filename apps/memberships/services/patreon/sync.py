"""Reading all members of a campaign, a page at a time. A worker that is killed goes on where the last page was written.

run = begin(campaign=campaign, cause=Cause.DEMAND, job_id=job_id)
while next_page(run=run, asker=asker, still_mine=…): …
finish(run=run)
"""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from apps.core.clock import database_now
from apps.core.errors import Conflict
from apps.core.state import transition
from apps.jobs.models import Job
from apps.jobs.services.submit import submit
from apps.memberships.elsewhere import RUN_MOVES, Cause, Link, RunState, Verdict
from apps.memberships.enums import Change
from apps.memberships.models import PatreonCampaign, PatreonMember, SyncRun
from apps.memberships.providers.patreon import conf
from apps.memberships.providers.patreon.rules import Right
from apps.memberships.services.patreon.asking import Asker
from apps.memberships.services.patreon.hooks import tend_hook
from apps.memberships.services.patreon.news import tell_news
from apps.memberships.services.patreon.observe import conclude, ground_of, observe, settle
from apps.memberships.services.patreon.tiers import note_unknown, store_campaign
from apps.memberships.work import PATREON_SYNC, SyncParams

_BATCH = 500
_MISSES = 2  # complete syncs in a row


def subject_of(campaign_id: UUID) -> str:
    return f"memberships.campaign:{campaign_id}"


def submit_sync(*, campaign: PatreonCampaign, cause: Cause, by: UUID | None = None) -> Job:
    """Queues a sync; one that is under way already is enough. Raises Conflict for a campaign that is not connected."""
    if campaign.link != Link.CONNECTED:
        raise Conflict("This campaign is not connected to Patreon. Connect it again first.")
    subject = subject_of(campaign.pk)
    live = Job.objects.live().roots().filter(kind=PATREON_SYNC, subject=subject).first()
    if live is not None:
        return live
    params = SyncParams(campaign_id=campaign.pk, cause=cause)
    return submit(kind=PATREON_SYNC, params=params, owner_id=by, subject=subject)


def begin(*, campaign: PatreonCampaign, cause: Cause, job_id: UUID) -> SyncRun:
    """The run of this job, with its cursor, or a new one. One that another job has left behind is ended."""
    with transaction.atomic():
        PatreonCampaign.objects.select_for_update().get(pk=campaign.pk)
        left = SyncRun.objects.filter(campaign=campaign, state=RunState.RUNNING).first()
        if left is not None and left.job_id == job_id:
            return left
        if left is not None:
            fail(run=left, error="Its worker did not come to an end.")
        return SyncRun.objects.create(campaign=campaign, cause=cause, job_id=job_id, started_at=database_now())


def look_around(*, run: SyncRun, asker: Asker) -> bool:
    """Before the first page: the campaign's tiers and its webhook. Returns whether webhooks may have been missed."""
    campaign = run.campaign
    store_campaign(campaign=campaign, facts=asker.campaign(campaign.campaign_id))
    campaign.refresh_from_db()
    return tend_hook(campaign=campaign, asker=asker)


def next_page(*, run: SyncRun, asker: Asker, still_mine: Callable[[], None]) -> bool:
    """Reads and writes one page; returns whether there is another. Its members, its cursor and their grants are one
    transaction.
    """
    asked_at = database_now()
    page = asker.members(run.campaign.campaign_id, run.cursor, conf.PAGE_SIZE)
    more = bool(page.next and page.next != run.cursor and page.members and run.pages < conf.MOST_PAGES)
    known = set(run.campaign.tiers.values_list("patreon_id", flat=True))
    note_unknown(campaign=run.campaign, tiers=page.tiers, known=known)
    with transaction.atomic():
        still_mine()
        seen = observe(campaign=run.campaign, members=page.members, asked_at=asked_at)
        run.cursor = page.next if more else ""
        run.pages += 1
        run.seen += len(page.members)
        run.expected = page.total if page.total is not None else run.expected
        run.changed += seen.changed
        run.granted += seen.granted
        run.save()
    return more


def finish(*, run: SyncRun) -> None:
    """Ends a run that has read every page, looks after those whom it did not show, and tells the creator the news."""
    run.complete = run.expected is None or run.seen >= run.expected - max(1, run.expected // 50)
    with transaction.atomic():
        if run.complete:
            run.changed += _miss(run)
        _lapse(run)
        moved = transition(
            SyncRun.objects.filter(pk=run.pk),
            moves=RUN_MOVES,
            sources=[RunState.RUNNING],
            target=RunState.DONE,
            ended_at=timezone.now(),
            complete=run.complete,
            changed=run.changed,
            granted=run.granted,
            cursor="",
        )
        if moved:
            tell_news(campaign=run.campaign, since=run.started_at, key=f"sync:{run.pk}")
    run.refresh_from_db()


def fail(*, run: SyncRun, error: str, staff_error: str = "") -> None:
    transition(
        SyncRun.objects.filter(pk=run.pk),
        moves=RUN_MOVES,
        sources=[RunState.RUNNING],
        target=RunState.FAILED,
        ended_at=timezone.now(),
        error=error[:300],
        staff_error=staff_error[:5000],
    )


def _miss(run: SyncRun) -> int:
    """Those whom a complete sync did not show. One look proves nothing; whoever is missing twice is gone."""
    missing = PatreonMember.objects.filter(campaign=run.campaign, seen_at__lt=run.started_at)
    missing.filter(missed__lt=100).update(missed=F("missed") + 1)
    ended = 0
    ground, now = ground_of(run.campaign_id), timezone.now()
    gone = missing.filter(missed__gte=_MISSES).exclude(verdict__in=[Verdict.ENDED, Verdict.NOTHING]).order_by("pk")
    while rows := list(gone.select_for_update(of=("self",))[:_BATCH]):
        end_members(rows, now)
        run.granted += settle(rows, ground, now)
        ended += len(rows)
    return ended


def end_members(rows: list[PatreonMember], now: datetime) -> None:
    """Patreon knows them no more."""
    for row in rows:
        conclude(row, Right(Verdict.ENDED), now)
    fields = ["verdict", "rung", "tier", "ends_at", "grace_until", "blank_since", "told_tier", "told_change", "told_at"]
    PatreonMember.objects.bulk_update(rows, fields)


def _lapse(run: SyncRun) -> None:
    """Rights that ran out since somebody looked: news for the creator, although Patreon said nothing new."""
    now = timezone.now()
    over = PatreonMember.objects.filter(campaign=run.campaign, told_tier__isnull=False, grace_until__lte=now)
    over.update(told_tier=None, told_change=Change.LOST, told_at=now)
