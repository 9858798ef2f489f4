"""Figures of reading Patreon, beside fetching the same pages and throwing them away. The stand-in runs in a process of its own."""

import multiprocessing
import resource
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from typing import Any

from allauth.socialaccount.models import SocialAccount
from django.db import connection, connections
from django.test.utils import override_settings
from django.utils.module_loading import import_string

from apps.accounts.models import User
from apps.core.bench import Figure
from apps.core.clock import database_now
from apps.core.models import new_id
from apps.memberships import ladder
from apps.memberships.elsewhere import Cause
from apps.memberships.models import Grant, PatreonCampaign, PatreonMember, PatreonTier, SyncRun, Tier
from apps.memberships.providers.patreon import conf
from apps.memberships.providers.patreon.documents import MemberFacts
from apps.memberships.services.patreon import sync
from apps.memberships.services.patreon.asking import Asker
from apps.memberships.services.patreon.connect import connect_by_tokens
from apps.memberships.services.patreon.observe import observe

MEMBERS = 10_000
_KIBIBYTES = 1024


def figures() -> Iterator[Figure]:
    with _patreon() as (url, access, refresh), override_settings(PATREON_URL=url):
        creator = User.objects.create(username="patreon-creator", role="owner")
        campaign = connect_by_tokens(
            person=creator, access=access, refresh=refresh, webhook_base="http://127.0.0.1:9/"
        )[0]
        PatreonCampaign.objects.filter(pk=campaign.pk).update(webhook_uri="")
        _map(campaign)
        plain, _ = _apart(lambda: _pages(campaign))
        first, peak = _apart(lambda: _read(campaign))
        assert PatreonMember.objects.filter(campaign=campaign).count() > MEMBERS
        yield Figure("10,000 members read (the pages alone)", first, "s", plain, "≤ 60 s", first <= 60)
        yield Figure("most memory of the process that reads", peak, "MB", budget="≤ 200 MB", holds=peak <= 200)
        again, _ = _apart(lambda: _read(campaign))
        yield Figure("the same read again, nothing new (the pages alone)", again, "s", plain, "≤ 60 s", again <= 60)
        _link_everybody(campaign)
        given, peak = _apart(lambda: _read(campaign))
        assert Grant.objects.filter(source="patreon").count() == MEMBERS
        yield Figure("read when all 10,000 have just linked their accounts", given, "s", again)
        yield Figure("most memory of the process then", peak, "MB", budget="≤ 200 MB", holds=peak <= 200)
        took = _one_loses(campaign)
        yield Figure(
            "one member seen to have lost a tier: written and told", took, "ms", budget="≤ 1000 ms", holds=took <= 1000
        )


def _map(campaign: PatreonCampaign) -> None:
    tier = Tier.objects.create(title="Bench", slug="bench-patreon", rank=500)
    PatreonTier.objects.filter(campaign=campaign, amount_cents__gt=0).update(tier=tier)
    ladder.forget()


def _pages(campaign: PatreonCampaign) -> None:
    asker, cursor = Asker(campaign.pk), ""
    for _ in range(MEMBERS):
        cursor = asker.members(campaign.campaign_id, cursor, conf.PAGE_SIZE).next
        if not cursor:
            return


def _read(campaign: PatreonCampaign) -> None:
    asker = Asker(campaign.pk)
    run: SyncRun = sync.begin(campaign=campaign, cause=Cause.DEMAND, job_id=new_id())
    sync.look_around(run=run, asker=asker)
    run.refresh_from_db()
    while sync.next_page(run=run, asker=asker, still_mine=lambda: None):
        pass
    sync.finish(run=run)


def _link_everybody(campaign: PatreonCampaign) -> None:
    members = PatreonMember.objects.filter(campaign=campaign, user_id__startswith="50").order_by("pk")
    ids = list(members.values_list("user_id", flat=True)[:MEMBERS])
    people = User.objects.bulk_create([User(username=f"patron{key}") for key in ids], batch_size=2000)
    SocialAccount.objects.bulk_create(
        [SocialAccount(user=person, provider="patreon", uid=key) for person, key in zip(people, ids, strict=True)],
        batch_size=2000,
    )


def _one_loses(campaign: PatreonCampaign) -> float:
    """The median of what a webhook's job does once Patreon has answered."""
    took = []
    for row in PatreonMember.objects.filter(campaign=campaign, person__isnull=False).order_by("pk")[:50]:
        facts = MemberFacts(row.member_id, user_id=row.user_id, last_charge_status="Refunded")
        started = time.perf_counter()
        observe(campaign=campaign, members=[facts], asked_at=database_now())
        took.append((time.perf_counter() - started) * 1000)
    return sorted(took)[len(took) // 2]


def _apart(act: Callable[[], None]) -> tuple[float, float]:
    """Seconds, and the most memory in MB, of a process that does this."""
    connections.close_all()
    context = multiprocessing.get_context("fork")
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=_measured, args=(act, theirs), daemon=True)
    process.start()
    theirs.close()
    took, peak = ours.recv()
    process.join()
    return took, peak


def _measured(act: Callable[[], None], end: Connection) -> None:
    started = time.perf_counter()
    act()
    end.send((time.perf_counter() - started, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / _KIBIBYTES))
    connection.close()


@contextmanager
def _patreon() -> Iterator[tuple[str, str, str]]:
    """The stand-in with its address and a creator's tokens."""
    connections.close_all()
    context = multiprocessing.get_context("fork")
    ours, theirs = context.Pipe()
    process = context.Process(target=_serve, args=(theirs,), daemon=True)
    process.start()
    try:
        yield ours.recv()
    finally:
        ours.send("end")
        process.join(timeout=10)


def _serve(end: Connection) -> None:
    serving: Any = import_string("tests.stubs.patreon.serving")
    with serving() as stub:
        list(stub.campaign.add_crowd(MEMBERS, stub.campaign.tiers["4400123"]))
        token = stub.creator_token()
        end.send((stub.url, token.access, token.refresh))
        end.recv()
