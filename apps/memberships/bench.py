"""`make bench NAME=memberships`: what reckoning and reading cost, beside the least that could be done, on the same server."""

import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone

from apps.accounts.models import User
from apps.core.bench import Figure
from apps.memberships import bench_patreon, ladder
from apps.memberships.enums import Source
from apps.memberships.models import Grant, Standing, Tier
from apps.memberships.roll import counted, ending_soon, filtered
from apps.memberships.services.caps import spread_caps
from apps.memberships.services.grant import give
from apps.memberships.services.turn import reckon_due
from apps.memberships.standing import entitlements_of, reckon

PEOPLE, ROLL = 10_000, 100_000
_ROUNDS = 500


def run() -> Iterator[Figure]:
    yield from bench_patreon.figures()
    tiers = [Tier.objects.create(title=f"Tier {n}", slug=f"tier-{n}", rank=n * 10, jobs_at_once=n) for n in (1, 2, 3)]
    ladder.forget()
    people = _people(PEOPLE)
    yield from _giving(people, tiers)
    yield from _reading(people)
    yield from _changing(people, tiers[0])
    yield from _rolling(people, tiers)


def _giving(people: list[UUID], tiers: list[Tier]) -> Iterator[Figure]:
    """As a sync does it: people sorted, a few hundred in one transaction. Beside it: the rows alone, one INSERT each."""
    now = timezone.now()

    def sync(many: int) -> None:
        for start in range(0, many, 200):
            with transaction.atomic():
                for place in range(start, start + 200):
                    give(
                        person_id=people[place],
                        tier=tiers[place % 3],
                        source=Source.PATREON,
                        source_ref=f"m{place}",
                        starts_at=now,
                        ends_at=now + timedelta(days=30),
                    )

    first = _seconds(lambda: sync(PEOPLE))
    again = _seconds(lambda: sync(2000))
    plain = _plain_inserts(2000)
    yield Figure("grants given a second, 10,000 new ones (plain rows)", PEOPLE / first, "a second", 2000 / plain)
    yield Figure("10,000 grants given", first, "s", budget="≤ 300 s", holds=first <= 300)
    yield Figure("the same said again, a second", 2000 / again, "a second")


def _reading(people: list[UUID]) -> Iterator[Figure]:
    """Entitlements of somebody who has just been loaded, beside a look-up by primary key of the same table."""
    _analyze()
    loaded = list(User.objects.filter(pk__in=people[:_ROUNDS]))
    plain = _each(lambda person: Standing.objects.filter(pk=person.pk).first(), loaded)
    read = _each(entitlements_of, loaded)
    kept = _each(entitlements_of, loaded)
    yield Figure("entitlements read (the row alone)", read, "ms", plain, "≤ 1.5 ×", read <= 1.5 * plain)
    yield Figure("entitlements asked again", kept, "ms", plain, "≤ 0.1 ×", kept <= 0.1 * plain)
    took = _each(lambda person: reckon(person.pk), loaded)
    yield Figure("reckoned a second, nothing new", 1000 / took, "a second", budget="≥ 100", holds=took <= 10)


def _changing(people: list[UUID], tier: Tier) -> Iterator[Figure]:
    """A third of the people has the tier: its limits change; then the clock changes a thousand standings at once."""
    Tier.objects.filter(pk=tier.pk).update(jobs_at_once=9)
    took = _seconds(lambda: spread_caps(tier_id=tier.pk))
    held = Standing.objects.filter(tiers__contains=[tier.pk]).count()
    yield Figure(f"caps of {held:,} members after a change", took, "s", budget="≤ 10 s", holds=took <= 10)
    due = people[:1000]
    past = timezone.now() - timedelta(seconds=1)
    Grant.objects.filter(person_id__in=due).update(ends_at=past, starts_at=past - timedelta(days=1))
    Standing.objects.filter(pk__in=due).update(changes_at=past)
    took = _seconds(reckon_due)
    yield Figure("1,000 memberships that end at once", took, "s", budget="≤ 30 s", holds=took <= 30)


def _rolling(people: list[UUID], tiers: list[Tier]) -> Iterator[Figure]:
    """The studio's list at 100,000 grants."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO memberships_grant (id, created_at, updated_at, person_id, tier_id, source, source_ref, state,"
            " starts_at, ends_at, reason) SELECT gen_random_uuid(), now(), now(), u, %s, 'kofi', u || ':' || n, 'active',"
            " now() - interval '1 day', now() + interval '20 days', '' FROM unnest(%s::uuid[]) u, generate_series(1, %s) n",
            [tiers[1].pk, people, ROLL // PEOPLE],
        )
    _analyze()
    now = timezone.now()
    asked = {"tier": "tier-2", "source": "", "show": "live", "q": ""}
    newest = Grant.objects.latest("pk").pk
    plain = _median(lambda: Grant.objects.filter(pk=newest).first())
    page = _median(lambda: list(filtered(asked, now).select_related("person", "tier").order_by("-pk")[:31]))
    yield Figure("a page of the roll (one row)", page, "ms", plain, "≤ 25 ms", page <= 25)
    yield Figure("members counted by tier and source", _median(lambda: counted(now)), "ms")
    yield Figure("who ends within a week", _median(lambda: ending_soon(now)), "ms")


def _people(many: int) -> list[UUID]:
    made = User.objects.bulk_create([User(username=f"person{number}") for number in range(many)], batch_size=2000)
    return sorted(person.pk for person in made)


def _plain_inserts(many: int) -> float:
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE bench_plain (LIKE memberships_grant INCLUDING ALL)")

    def fill() -> None:
        with connection.cursor() as cursor:
            for start in range(0, many, 200):
                with transaction.atomic():
                    for place in range(start, start + 200):
                        cursor.execute(
                            "INSERT INTO bench_plain SELECT * FROM memberships_grant WHERE source = 'patreon'"
                            " AND source_ref = %s",
                            [f"m{place}"],
                        )

    return _seconds(fill)


def _analyze() -> None:
    with connection.cursor() as cursor:
        for table in ("memberships_grant", "memberships_standing", "accounts_user"):
            cursor.execute(f"VACUUM ANALYZE {table}")


def _seconds(act: Callable[[], object]) -> float:
    started = time.perf_counter()
    act()
    return time.perf_counter() - started


def _each(act: Callable[[User], object], people: list[User]) -> float:
    """The median in milliseconds."""
    took = sorted(_seconds(lambda person=person: act(person)) for person in people)  # type: ignore[misc]
    return took[len(took) // 2] * 1000


def _median(act: Callable[[], object], times: int = 15) -> float:
    took = sorted(_seconds(act) for _ in range(times))
    return took[times // 2] * 1000
