"""What Patreon says of a member, and what that means here: the whole table of traps, and its properties."""

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from apps.memberships.elsewhere import Verdict
from apps.memberships.providers.patreon.documents import MemberFacts
from apps.memberships.providers.patreon.rules import Held, Policy, Rung, judge

NOW = datetime(2026, 12, 1, 9, 30, tzinfo=UTC)
DAY = timedelta(days=1)
SILVER, GOLD = UUID(int=10), UUID(int=30)
RUNGS = (
    Rung("1", 0, None),
    Rung("3", 300, SILVER, 10),
    Rung("5", 500, GOLD, 30),
    Rung("7", 700, None),
)
POLICY = Policy(grace=7 * DAY)
PAID = MemberFacts(
    "m",
    patron_status="active_patron",
    last_charge_status="Paid",
    last_charge_at=NOW - 10 * DAY,
    next_charge_at=NOW + 20 * DAY,
    entitled_cents=500,
    tier_ids=("5",),
)
HELD = Held("5", GOLD, NOW + 20 * DAY)


def judged(held=None, now=NOW, policy=POLICY, rungs=RUNGS, **changes):
    return judge(replace(PAID, **changes), rungs, held, policy, now)


def test_who_has_paid_has_the_tier_until_the_next_charge_and_then_grace():
    right = judged()
    assert (right.verdict, right.tier, right.ends_at) == (Verdict.ENTITLED, GOLD, NOW + 20 * DAY)
    assert right.grace_until == NOW + 27 * DAY


@pytest.mark.parametrize(
    ("changes", "verdict"),
    [
        ({"last_charge_status": "Pending"}, Verdict.ENTITLED),
        ({"last_charge_status": "Partially Refunded"}, Verdict.ENTITLED),
        ({"last_charge_status": "Declined"}, Verdict.NOTHING),
        ({"last_charge_status": "Other"}, Verdict.NOTHING),
        ({"last_charge_status": ""}, Verdict.NOTHING),
        ({"last_charge_status": "Something new"}, Verdict.NOTHING),
        ({"patron_status": ""}, Verdict.NOTHING),
        ({"patron_status": "declined_patron"}, Verdict.NOTHING),
        ({"patron_status": "a_new_status"}, Verdict.NOTHING),
        ({"tier_ids": ("1",), "entitled_cents": 0}, Verdict.NOTHING),
        ({"tier_ids": (), "entitled_cents": 0}, Verdict.NOTHING),
        ({"tier_ids": ("7",), "entitled_cents": 700}, Verdict.UNMAPPED),
        ({"tier_ids": ("99",)}, Verdict.UNMAPPED),
        ({"tier_ids": ("1",), "entitled_cents": 0, "patron_status": "", "last_charge_status": ""}, Verdict.NOTHING),
    ],
)
def test_somebody_who_had_nothing_before(changes, verdict):
    right = judged(**changes)
    assert right.verdict == verdict
    assert right.counts(NOW) == (verdict == Verdict.ENTITLED)


@pytest.mark.parametrize("status", ["Refunded", "Refunded by Patreon", "Fraud"])
def test_money_that_went_back_ends_it_at_once(status):
    right = judged(HELD, last_charge_status=status)
    assert (right.verdict, right.tier) == (Verdict.ENDED, None)


@pytest.mark.parametrize(
    "changes",
    [
        {"tier_ids": (), "entitled_cents": 0},
        {"last_charge_status": "Other"},
        {"last_charge_status": "Deleted"},
        {"tier_ids": ("7",)},
        {"patron_status": ""},
        {"patron_status": "declined_patron", "last_charge_status": "Paid"},
    ],
)
def test_one_look_takes_away_nothing_that_was_paid_for(changes):
    right = judged(HELD, **changes)
    assert (right.tier, right.ends_at) == (GOLD, HELD.ends_at)
    assert right.counts(HELD.ends_at)


def test_a_charge_that_failed_was_due_then_and_grace_begins():
    right = judged(HELD, patron_status="declined_patron", last_charge_status="Declined", last_charge_at=NOW - DAY)
    assert (right.ends_at, right.grace_until) == (NOW - DAY, NOW + 6 * DAY)


def test_who_cancelled_keeps_it_until_the_next_charge_would_have_come():
    right = judged(HELD, patron_status="former_patron", tier_ids=(), entitled_cents=0)
    assert (right.verdict, right.tier, right.ends_at) == (Verdict.LAPSING, GOLD, NOW + 20 * DAY)


def test_who_cancelled_before_we_first_looked_keeps_it_as_well():
    assert judged(patron_status="former_patron").verdict == Verdict.LAPSING
    gone = judged(patron_status="former_patron", next_charge_at=NOW - DAY)
    assert gone.verdict == Verdict.NOTHING


def test_blank_tiers_on_the_first_of_a_month_leave_time_for_two_looks_even_without_grace():
    held = Held("5", GOLD, NOW)
    right = judged(held, policy=Policy(grace=timedelta(0)), tier_ids=(), entitled_cents=0)
    assert right.verdict == Verdict.BLANK
    assert right.counts(NOW + timedelta(hours=11))
    later = Held("5", GOLD, NOW, blank_since=right.blank_since)
    again = judged(later, NOW + 5 * DAY, Policy(grace=timedelta(0)), tier_ids=(), entitled_cents=0)
    assert again.grace_until == right.grace_until


def test_what_had_lapsed_long_ago_does_not_come_back_by_a_blank_look():
    right = judged(Held("5", GOLD, NOW - 30 * DAY), tier_ids=(), entitled_cents=0)
    assert not right.counts(NOW)


def test_the_best_of_several_tiers_counts():
    assert judged(tier_ids=("1", "3", "5")).tier == GOLD


@pytest.mark.parametrize(("cents", "tier"), [(299, None), (300, SILVER), (499, SILVER), (500, GOLD), (10_000, GOLD)])
def test_an_amount_of_ones_own_reaches_as_high_as_it_does(cents, tier):
    assert judged(tier_ids=(), entitled_cents=cents).tier == tier


def test_a_deleted_tier_counts_for_whoever_had_it_and_for_nobody_else():
    rungs = [replace(rung, gone=rung.id == "5") for rung in RUNGS]
    assert judged(HELD, rungs=rungs, tier_ids=(), entitled_cents=500).tier == GOLD
    assert judged(rungs=rungs, tier_ids=(), entitled_cents=500).tier == SILVER


@pytest.mark.parametrize("kind", ["gifted", "trial"])
def test_gifts_and_trials_count_where_the_site_says_so(kind):
    said = {kind: True, "patron_status": "", "last_charge_status": "", "last_charge_at": None, "next_charge_at": None}
    assert judged(**said).verdict == Verdict.ENTITLED
    refusing = Policy(grace=DAY, gifts=False, trials=False)
    assert judged(policy=refusing, **said).verdict == Verdict.NOTHING


def test_a_year_that_is_paid_reaches_a_year():
    said = {"cadence": 12, "next_charge_at": None, "last_charge_at": datetime(2026, 2, 28, tzinfo=UTC)}
    assert judged(**said).ends_at == datetime(2027, 2, 28, tzinfo=UTC)


def test_while_a_charge_is_pending_the_right_reaches_beyond_now():
    right = judged(last_charge_status="Pending", next_charge_at=NOW - timedelta(hours=2))
    assert right.ends_at > NOW


def test_what_is_held_follows_another_meaning():
    rungs = [replace(rung, tier=SILVER) if rung.id == "5" else rung for rung in RUNGS]
    assert judged(HELD, rungs=rungs, last_charge_status="Other").tier == SILVER


def test_properties_hold_for_whatever_patreon_may_say():
    chance = random.Random(20261201)
    statuses = ["active_patron", "declined_patron", "former_patron", ""]
    charges = ["Paid", "Declined", "Deleted", "Pending", "Refunded", "Fraud", "Other", "Free Trial", ""]
    for _ in range(3000):
        facts = replace(
            PAID,
            patron_status=chance.choice(statuses),
            last_charge_status=chance.choice(charges),
            last_charge_at=chance.choice([None, NOW - chance.randrange(400) * DAY]),
            next_charge_at=chance.choice([None, NOW + chance.randrange(-40, 400) * DAY]),
            entitled_cents=chance.choice([0, 200, 300, 500, 700]),
            cadence=chance.choice([1, 12]),
            gifted=chance.random() < 0.1,
            tier_ids=tuple(chance.sample(["1", "3", "5", "7", "99"], chance.randrange(3))),
        )
        held = chance.choice([None, Held("5", GOLD, NOW + chance.randrange(-20, 20) * DAY)])
        right = judge(facts, RUNGS, held, POLICY, NOW)
        assert (right.tier is None) == (right.ends_at is None) == (right.grace_until is None)
        assert right.tier in {None, SILVER, GOLD}
        if right.tier is not None:
            assert right.grace_until >= right.ends_at
        if right.verdict == Verdict.ENTITLED:
            assert right.ends_at > NOW
        # Looking again at the same thing changes nothing.
        kept = Held(right.rung, right.tier, right.ends_at, right.blank_since) if right.tier else None
        again = judge(facts, RUNGS, kept, POLICY, NOW)
        assert (again.tier, again.ends_at, again.grace_until) == (right.tier, right.ends_at, right.grace_until)
