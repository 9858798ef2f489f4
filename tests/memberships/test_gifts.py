"""Gifts: made by staff, claimed once by whoever opens the link first."""

import itertools
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.db import connection
from django.utils import timezone

from apps.accounts.enums import Role
from apps.core.errors import Conflict, Invalid, NotAllowed, NotFound
from apps.jobs.models import Job
from apps.memberships.enums import GiftState
from apps.memberships.models import Gift, Grant
from apps.memberships.services.gift_mail import hand_in_mails
from apps.memberships.services.gifts import (
    claim_gift,
    digest_of,
    expire_gifts,
    find_gift,
    gifts_for,
    link_of,
    make_gift,
    withdraw_gift,
)
from apps.memberships.standing import entitlements_of
from apps.notifications.models import Notification
from tests.conftest import make_person
from tests.jobs.running import run_jobs
from tests.memberships.making import make_grant, make_tier

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


@pytest.fixture
def gold(db):
    return make_tier("Gold", 30)


def gift_of(tier, by, **fields) -> tuple[Gift, str]:
    return make_gift(tier=tier, by=by, **{"days": 30, **fields})


def test_whoever_has_the_link_claims_it_and_both_hear_of_it(member, moderator, gold):
    gift, token = gift_of(gold, moderator)
    grant = claim_gift(gift=find_gift(token), person=member)
    assert (grant.source, grant.source_ref, grant.ends_at - grant.starts_at) == ("gift", str(gift.pk), 30 * DAY)
    assert entitlements_of(member).rank == 30
    told = {(note.person_id, note.kind) for note in Notification.objects.all()}
    assert told >= {(member.pk, "gift.received"), (moderator.pk, "gift.claimed")}


def test_its_token_is_kept_as_a_hash_and_encrypted(moderator, gold):
    gift, token = gift_of(gold, moderator)
    with connection.cursor() as cursor:
        cursor.execute("SELECT digest, sealed FROM memberships_gift")
        digest, sealed = cursor.fetchone()
    assert digest == digest_of(token)
    assert token not in sealed
    assert link_of(Gift.objects.get(pk=gift.pk)).endswith(f"/gifts/{token}/")


def test_a_link_that_was_made_up_leads_nowhere(moderator, gold):
    gift, token = gift_of(gold, moderator)
    for guess in ("", "x", token[:-1], f"{token}x", gift.digest):
        with pytest.raises(NotFound):
            find_gift(guess)


def test_it_is_claimed_once(member, stranger, moderator, gold):
    gift, _ = gift_of(gold, moderator)
    claim_gift(gift=gift, person=member)
    for person in (member, stranger):
        with pytest.raises(Conflict, match="claimed already"):
            claim_gift(gift=gift, person=person)
    assert Grant.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_many_at_once_one_has_it(moderator, gold):
    gift, _ = gift_of(gold, moderator)
    people = [make_person(f"p{number}") for number in range(6)]

    def claim(person):
        try:
            return claim_gift(gift=Gift.objects.select_related("tier", "made_by").get(pk=gift.pk), person=person)
        except Conflict:
            return None
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        claimed = [grant for grant in pool.map(claim, people) if grant]
    assert len(claimed) == Grant.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_gifts_of_one_tier_claimed_at_once_follow_each_other(member, moderator, gold):
    gifts = [gift_of(gold, moderator)[0] for _ in range(4)]

    def claim(gift):
        try:
            return claim_gift(gift=gift, person=member)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        grants = sorted(pool.map(claim, gifts), key=lambda grant: grant.starts_at)
    assert all(one.ends_at == after.starts_at for one, after in itertools.pairwise(grants))


def test_it_begins_when_what_the_person_has_of_it_ends(member, moderator, gold):
    end = timezone.now() + 5 * DAY
    make_grant(member, gold, ends_at=end)
    make_grant(member, make_tier("Silver", 10), ends_at=end + 50 * DAY)
    grant = claim_gift(gift=gift_of(gold, moderator)[0], person=member)
    assert (grant.starts_at, grant.ends_at) == (end, end + 30 * DAY)
    assert entitlements_of(member, end + 29 * DAY).rank == 30


def test_somebody_who_has_it_for_good_keeps_the_gift_for_another(member, moderator, gold):
    make_grant(member, gold)
    gift, _ = gift_of(gold, moderator)
    with pytest.raises(Conflict, match="for good"):
        claim_gift(gift=gift, person=member)
    gift.refresh_from_db()
    assert gift.state == GiftState.OPEN


def test_what_was_withdrawn_or_is_over_brings_nothing(member, moderator, gold):
    withdrawn, _ = gift_of(gold, moderator)
    withdraw_gift(gift=withdrawn, by=moderator)
    over, _ = gift_of(gold, moderator)
    Gift.objects.filter(pk=over.pk).update(expires_at=timezone.now())
    with pytest.raises(Conflict, match="taken back"):
        claim_gift(gift=withdrawn, person=member)
    with pytest.raises(Conflict, match="is over"):
        claim_gift(gift=over, person=member)
    assert expire_gifts() == 1
    with pytest.raises(Conflict):
        withdraw_gift(gift=over, by=moderator)
    assert not Grant.objects.exists()


@pytest.mark.parametrize("role", [Role.MEMBER, Role.CREATOR])
def test_nobody_else_makes_or_withdraws_them(moderator, gold, role):
    person = make_person("p", role)
    gift, _ = gift_of(gold, moderator)
    with pytest.raises(NotAllowed):
        gift_of(gold, person)
    with pytest.raises(NotAllowed):
        withdraw_gift(gift=gift, by=person)


@pytest.mark.parametrize(
    "fields",
    [
        {"days": 0},
        {"days": 3661},
        {"recipient_email": "nobody"},
        {"deliver_at": timezone.now() + DAY},
        {"recipient_email": "ada@example.org", "deliver_at": datetime.max.replace(tzinfo=UTC)},
        {"expires_at": timezone.now() - DAY},
        {"expires_at": timezone.now() + 400 * DAY},
        {
            "recipient_email": "a@example.org",
            "deliver_at": timezone.now() + 9 * DAY,
            "expires_at": timezone.now() + DAY,
        },
    ],
)
def test_what_does_not_fit_is_told(moderator, gold, fields):
    with pytest.raises(Invalid):
        gift_of(gold, moderator, **fields)
    assert not Gift.objects.exists()


def test_it_is_delivered_when_its_time_has_come_and_reminds_once(moderator, gold):
    _gift, token = gift_of(
        gold, moderator, recipient_email="Ada@Example.org", message="For you", deliver_at=timezone.now() + DAY
    )
    assert hand_in_mails() == 0
    Gift.objects.update(deliver_at=timezone.now())
    for _ in range(2):
        hand_in_mails()
        run_jobs("io")
    (sent,) = mail.outbox
    assert sent.to == ["ada@example.org"]
    assert f"/gifts/{token}/" in sent.body
    assert "For you" in sent.body
    Gift.objects.update(remind_at=timezone.now())
    for _ in range(2):
        hand_in_mails()
        run_jobs("io")
    assert [message.subject for message in mail.outbox] == [
        "A gift for you: 30 days of Gold",
        "Your gift waits: 30 days of Gold",
    ]


def test_what_was_claimed_meanwhile_is_not_mailed(member, moderator, gold):
    gift, _ = gift_of(gold, moderator, recipient_email="ada@example.org")
    hand_in_mails()
    claim_gift(gift=gift, person=member)
    run_jobs("io")
    assert mail.outbox == []


def test_a_mail_server_that_is_away_is_tried_again(moderator, gold, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    gift_of(gold, moderator, recipient_email="ada@example.org")
    hand_in_mails()
    run_jobs("io", most=1)
    assert Job.objects.get(kind="memberships.gift_mail").state == "queued"
    assert Gift.objects.get().delivered_at is None


def test_what_was_sent_to_a_proved_address_needs_no_link(member, stranger, moderator, gold):
    EmailAddress.objects.create(user=member, email="ada@example.org", verified=True)
    EmailAddress.objects.create(user=stranger, email="eve@example.org", verified=False)
    for_member, _ = gift_of(gold, moderator, recipient_email="ada@example.org")
    gift_of(gold, moderator, recipient_email="eve@example.org")
    assert gifts_for(member) == [for_member]
    assert gifts_for(stranger) == []
