"""How many jobs somebody may have running at once, pushed to where jobs are claimed (memberships stand above jobs)."""

from collections.abc import Callable, Collection, Iterator, Sequence
from functools import partial
from uuid import UUID

from django.db import transaction

from apps.core.realtime.hub import publish, recheck
from apps.jobs.services.caps import set_tier_caps
from apps.memberships import ladder
from apps.memberships.conf import BATCH
from apps.memberships.ladder import known_tiers
from apps.memberships.models import Standing


def cap_of(tiers: Collection[UUID]) -> int | None:
    """The best of what these tiers bring; None: nothing, so that the site's setting holds."""
    known = known_tiers(with_all_of=tiers)
    brought = [known[tier].limits.jobs_at_once for tier in tiers if tier in known]
    return max((cap for cap in brought if cap is not None), default=None)


def standing_has_changed(*, person_id: UUID, before: frozenset[UUID], after: frozenset[UUID], **_: object) -> None:
    """Receiver of `standing_changed`: no statement where the cap stays.

    The cap is written after commit, because turns come after topics in the order of locks (docs/adr/0005-jobs.md). Where the
    process dies in between, the next `memberships.turn` does it.
    """
    if cap_of(before) != cap_of(after):
        Standing.objects.filter(pk=person_id).update(cap_due=True)
        transaction.on_commit(partial(push_caps, [person_id]))


@transaction.atomic
def push_caps(people: Sequence[UUID] | None = None) -> int:
    """Writes what is due: of these people, or of all (one batch). Returns how many there were."""
    due = Standing.objects.filter(cap_due=True)
    if people is not None:
        due = due.filter(pk__in=people)
    rows = list(due.select_for_update(skip_locked=people is None).order_by("pk").values_list("pk", "tiers")[:BATCH])
    if rows:
        set_tier_caps({person: cap_of(tiers) for person, tiers in rows})
        Standing.objects.filter(pk__in=[person for person, _ in rows]).update(cap_due=False)
    return len(rows)


def spread_caps(*, tier_id: UUID, check: Callable[[], None] = lambda: None) -> int:
    """Pushes what a tier brings now to everybody who has it, in batches. Returns how many people have it."""
    ladder.forget()  # this process may remember the tier as it was
    count = 0
    for people in _holders(tier_id):
        check()
        set_tier_caps({person: cap_of(tiers) for person, tiers, _ in people})
        count += len(people)
    return count


def tell_holders(*, tier_id: UUID, check: Callable[[], None] = lambda: None) -> None:
    """Has the pages and sockets of everybody who has the tier look again. Other processes must know the tier's change by now.

    Topics are locked person by person, and of each in the order in which `reckon` does.
    """
    for people in _holders(tier_id):
        check()
        with transaction.atomic():
            for person, _, version in people:
                publish(f"me:{person}", "entitlements", ref=person, version=version)
                recheck(person)


def _holders(tier_id: UUID) -> Iterator[list[tuple[UUID, list[UUID], int]]]:
    last = UUID(int=0)
    holders = Standing.objects.filter(tiers__contains=[tier_id]).order_by("pk").values_list("pk", "tiers", "version")
    while rows := list(holders.filter(pk__gt=last)[:BATCH]):
        yield rows
        last = rows[-1][0]
