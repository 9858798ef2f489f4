"""Ko-fi: every type, every trick, and what somebody has until when."""

import json
import random
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

import pytest
from allauth.account.models import EmailAddress
from django.test import Client
from django.utils import timezone

from apps.accounts.models import User
from apps.accounts.signals import email_proved
from apps.core.errors import Conflict, Invalid, NotAllowed
from apps.memberships.elsewhere import DeliveryState
from apps.memberships.enums import State
from apps.memberships.models import Grant, KofiPayment, KofiSupporter, KofiTierName, WebhookDelivery
from apps.memberships.months import months_later
from apps.memberships.services.kofi import by_hand
from apps.memberships.services.kofi.accounts import (
    change_account,
    end_account,
    forget_earlier_token,
    mean,
    open_account,
)
from apps.memberships.services.kofi.claim import is_known_address
from apps.memberships.services.kofi.import_csv import apply_import, plain, prepare
from apps.memberships.services.kofi.supporters import note_lapsed
from apps.memberships.standing import entitlements_of
from apps.notifications.models import Notification
from tests.jobs.running import run_jobs
from tests.memberships.making import make_tier
from tests.stubs.kofi import Kofi

pytestmark = pytest.mark.django_db

TOKEN = "8a1f0c52-0000-4000-8000-00000000f00d"
DAY = timedelta(days=1)


def rank_of(person) -> int:
    return entitlements_of(User.objects.get(pk=person.pk)).rank


def through_the_client(url: str, body: bytes, headers: dict[str, str]) -> int:
    reply = Client().post(url, data=body, content_type=headers["Content-Type"])
    return reply.status_code


def prove(person, email: str) -> None:
    EmailAddress.objects.create(user=person, email=email, verified=True)
    email_proved.send(sender=User, person=person, email=email)


@pytest.fixture
def gold(db):
    return make_tier("Gold", 30, price_cents=500, currency="EUR")


@pytest.fixture
def account(owner, moderator, gold):
    row = open_account(person=owner, name="Olive's page", token=TOKEN)
    mean(person=moderator, account=row, name="Backstage", tier_id=gold.pk, annual=False)
    return row


@pytest.fixture
def kofi(account) -> Kofi:
    return Kofi(f"/webhooks/kofi/{account.key}/", TOKEN, post=through_the_client)


def test_a_payment_gives_whoever_proves_its_address_a_month(kofi, member, gold):
    at = timezone.now().replace(microsecond=0) - DAY
    assert kofi.send(kofi.subscription(at=at)) == 200
    run_jobs()
    assert rank_of(member) == 0
    prove(member, "Robin@Example.org")
    grant = Grant.objects.get()
    assert (grant.person, grant.tier, grant.source) == (member, gold, "kofi")
    assert (grant.ends_at, grant.grace_until) == (months_later(at, 1), months_later(at, 1) + 7 * DAY)


def test_an_address_that_was_proved_before_gets_it_with_the_payment(kofi, member):
    prove(member, "robin@example.org")
    kofi.send(kofi.subscription())
    run_jobs()
    assert rank_of(member) == 30


def test_an_address_that_is_not_proved_claims_nothing(kofi, member):
    EmailAddress.objects.create(user=member, email="robin@example.org", verified=False)
    member.email = "robin@example.org"
    member.save()
    email_proved.send(sender=User, person=member, email="robin@example.org")
    kofi.send(kofi.subscription())
    run_jobs()
    assert rank_of(member) == 0
    assert KofiSupporter.objects.get().person is None


def test_allauth_s_confirmation_claims_as_well(kofi, member, rf):
    kofi.send(kofi.subscription())
    run_jobs()
    address = EmailAddress.objects.create(user=member, email="robin@example.org", verified=False, primary=True)
    from allauth.account.signals import email_confirmed

    EmailAddress.objects.filter(pk=address.pk).update(verified=True)
    email_confirmed.send(sender=EmailAddress, request=rf.get("/"), email_address=address)
    assert rank_of(member) == 30


@pytest.mark.parametrize("kind", ["donation", "commission", "shop_order", "something_new", "anonymous"])
def test_what_is_no_membership_is_kept_and_gives_nothing(kofi, member, kind):
    prove(member, "robin@example.org")
    event = getattr(kofi, kind)()
    assert kofi.send(event) == 200
    run_jobs()
    payment = KofiPayment.objects.get()
    assert (payment.kind, payment.supporter) == (event["type"], None)
    assert (rank_of(member), KofiSupporter.objects.count()) == (0, 0)
    expected = DeliveryState.IGNORED if kind == "something_new" else DeliveryState.DONE
    assert WebhookDelivery.objects.get().state == expected


def test_neither_the_token_nor_where_things_are_sent_to_is_kept(kofi):
    kofi.send(kofi.shop_order())
    run_jobs()
    body = WebhookDelivery.objects.get().body
    assert TOKEN not in body
    assert "Made-up Street" not in body
    assert "shipping" not in json.loads(body)


def test_ko_fi_s_test_button_gives_nobody_anything(kofi, member, moderator, account, gold):
    mean(person=moderator, account=account, name="Bronze", tier_id=gold.pk, annual=False)
    prove(member, "jo.example@example.com")
    for kind in ("Subscription", "Donation", "Shop Order", "Commission"):
        assert kofi.press_test_button(kind) == 200
    run_jobs()
    assert set(KofiPayment.objects.values_list("is_test", flat=True)) == {True}
    assert KofiPayment.objects.count() == 4
    assert (rank_of(member), KofiSupporter.objects.count()) == (0, 0)


def test_a_repetition_is_taken_and_counts_once(kofi, member):
    prove(member, "robin@example.org")
    event = kofi.subscription()
    assert [kofi.send(event) for _ in range(3)] == [200, 200, 200]
    run_jobs()
    assert kofi.send(event) == 200
    assert (KofiPayment.objects.count(), WebhookDelivery.objects.get().repeats) == (1, 3)


def test_a_wrong_token_is_refused_and_leaves_nothing_but_a_count(kofi, account, caplog):
    with caplog.at_level("WARNING", logger="apps.memberships.views.webhooks"):
        assert kofi.send(kofi.subscription(), token="guess", tries=1) == 403
    assert len([line for line in caplog.records if line.name == "apps.memberships.views.webhooks"]) == 1
    assert TOKEN not in caplog.text
    assert (WebhookDelivery.objects.count(), KofiPayment.objects.count()) == (0, 0)
    account.refresh_from_db()
    assert account.refused == 1


@pytest.mark.parametrize("token", ["", None, 7, ["x"], TOKEN + "ü"])
def test_no_kind_of_wrong_token_is_taken(kofi, token):
    assert kofi.send({**kofi.subscription(), "verification_token": token}, token="", tries=1) == 403


def test_while_the_token_is_changed_both_count(kofi, account, owner):
    change_account(person=owner, account=account, name="Olive's page", token="new-token")
    assert kofi.send(kofi.donation()) == 200
    assert kofi.send(kofi.donation(), token="new-token") == 200
    forget_earlier_token(person=owner, account=account)
    assert kofi.send(kofi.donation(), tries=1) == 403
    assert kofi.send(kofi.donation(), token="", tries=1) == 403


@pytest.mark.parametrize(
    ("body", "content_type", "status"),
    [
        (b"", "application/x-www-form-urlencoded", 400),
        (b"data=", "application/x-www-form-urlencoded", 400),
        (b"data=[]", "application/x-www-form-urlencoded", 400),
        (b"data=" + b"[" * 5000, "application/x-www-form-urlencoded", 400),
        (b'{"verification_token": "x"}', "application/json", 400),
        (b"data=" + b"x" * 70_000, "application/x-www-form-urlencoded", 413),
    ],
)
def test_what_is_no_message_is_told_so(account, body, content_type, status):
    reply = Client().post(f"/webhooks/kofi/{account.key}/", data=body, content_type=content_type)
    assert (reply.status_code, WebhookDelivery.objects.count()) == (status, 0)


def test_a_message_full_of_oddities_is_taken(kofi, member):
    prove(member, "robin@example.org")
    odd = {
        "amount": None,
        "timestamp": "yesterday",
        "message": 7,
        "from_name": "a\0b\ud800",
        "tier_name": 5,
        "extra": {"a": []},
    }
    assert kofi.send(kofi.subscription(**odd)) == 200
    run_jobs()
    assert WebhookDelivery.objects.get().state == DeliveryState.DONE
    assert KofiPayment.objects.get().name == "ab?"


def test_the_address_without_a_key_is_that_of_the_only_account(kofi, account, owner):
    kofi.url = "/webhooks/kofi/"
    assert kofi.send(kofi.donation()) == 200
    second = open_account(person=owner, name="Another", token="other")
    assert kofi.send(kofi.donation(), tries=1) == 404
    end_account(person=owner, account=second)
    assert kofi.send(kofi.donation()) == 200
    end_account(person=owner, account=account)
    assert kofi.send(kofi.donation(), tries=1) == 404
    assert Client().get("/webhooks/kofi/").status_code == 405


def test_an_unknown_name_gives_nothing_and_is_told_and_then_means_something(kofi, account, member, moderator, gold):
    prove(member, "robin@example.org")
    kofi.send(kofi.subscription(tier_name="Golden circle"))
    run_jobs()
    assert rank_of(member) == 0
    assert {note.person for note in Notification.objects.filter(kind="tier.unknown")} == {account.owner, moderator}
    mean(person=moderator, account=account, name="golden CIRCLE", tier_id=gold.pk, annual=False)
    assert rank_of(member) == 30
    assert KofiTierName.objects.filter(account=account).count() == 2


def test_an_unknown_name_takes_nothing_that_was_paid_for(kofi, member):
    prove(member, "robin@example.org")
    kofi.send(kofi.subscription(at=timezone.now() - DAY))
    kofi.send(kofi.subscription(tier_name="Renamed"))
    run_jobs()
    assert rank_of(member) == 30


def test_payments_in_any_order_come_to_the_same(kofi, member, account, moderator):
    prove(member, "robin@example.org")
    silver = make_tier("Silver", 10)
    mean(person=moderator, account=account, name="Front row", tier_id=silver.pk, annual=False)
    at = timezone.now().replace(microsecond=0)
    events = [kofi.subscription(at=at - months * 30 * DAY, first=months == 11) for months in range(1, 12)]
    events.append(kofi.subscription(at=at, first=False, tier_name="Front row"))
    chance = random.Random(3)
    ends = set()
    for _ in range(3):
        KofiPayment.objects.all().delete()
        KofiSupporter.objects.all().delete()
        WebhookDelivery.objects.all().delete()
        Grant.objects.all().delete()
        for event in chance.sample(events, len(events)):
            kofi.send(event)
        run_jobs()
        grant = Grant.objects.get()
        ends.add((grant.tier_id, grant.ends_at, grant.starts_at))
    assert ends == {(silver.pk, months_later(at, 1), at - 330 * DAY)}


def test_a_month_is_a_calendar_month():
    assert months_later(datetime(2027, 1, 31, 8, tzinfo=UTC), 1) == datetime(2027, 2, 28, 8, tzinfo=UTC)
    assert months_later(datetime(2026, 12, 5, tzinfo=UTC), 1) == datetime(2027, 1, 5, tzinfo=UTC)
    assert months_later(datetime(2028, 2, 29, tzinfo=UTC), 12) == datetime(2029, 2, 28, tzinfo=UTC)


@pytest.mark.parametrize(
    ("amount", "currency", "months"),
    [("47.49", "EUR", 1), ("47.50", "EUR", 12), ("60.00", "EUR", 12), ("60.00", "JPY", 1)],
)
def test_an_amount_of_a_year_is_a_year(kofi, member, amount, currency, months):
    prove(member, "robin@example.org")
    at = timezone.now().replace(microsecond=0)
    kofi.send(kofi.subscription(at=at, amount=amount, currency=currency))
    run_jobs()
    assert Grant.objects.get().ends_at == months_later(at, months)


def test_staff_may_know_better_than_the_amount(kofi, member, moderator):
    prove(member, "robin@example.org")
    at = timezone.now().replace(microsecond=0)
    kofi.send(kofi.subscription(at=at))
    run_jobs()
    supporter = KofiSupporter.objects.get()
    by_hand.set_annual(by=moderator, supporter=supporter, annual=True)
    assert Grant.objects.get().ends_at == months_later(at, 12)
    by_hand.set_annual(by=moderator, supporter=supporter, annual=None)
    assert Grant.objects.get().ends_at == months_later(at, 1)


def test_a_payment_from_tomorrow_pays_from_today(kofi, member):
    prove(member, "robin@example.org")
    kofi.send(kofi.subscription(at=timezone.now() + 400 * DAY))
    run_jobs()
    assert Grant.objects.get().ends_at < timezone.now() + 32 * DAY


def test_taken_back_by_hand_and_given_again_by_the_next_payment(kofi, member, moderator):
    prove(member, "robin@example.org")
    kofi.send(kofi.subscription(at=timezone.now() - DAY))
    run_jobs()
    by_hand.revoke_supporter(by=moderator, supporter=KofiSupporter.objects.get())
    assert (rank_of(member), Grant.objects.get().state) == (0, State.REVOKED)
    kofi.send(kofi.subscription(first=False, at=timezone.now() + timedelta(minutes=1)))
    run_jobs()
    assert rank_of(member) == 30


def test_staff_say_whose_a_payment_is_but_not_against_who_has_proved_it(kofi, member, stranger, moderator):
    kofi.send(kofi.subscription())
    run_jobs()
    supporter = KofiSupporter.objects.get()
    by_hand.assign_supporter(by=moderator, supporter=supporter, username="MILA")
    assert rank_of(member) == 30
    by_hand.assign_supporter(by=moderator, supporter=supporter, username="sven")
    assert (rank_of(member), rank_of(stranger)) == (0, 30)
    with pytest.raises(Invalid):
        by_hand.assign_supporter(by=moderator, supporter=supporter, username="nobody")
    KofiSupporter.objects.update(person=member, assigned_by=None)
    with pytest.raises(Conflict):
        by_hand.assign_supporter(by=moderator, supporter=supporter, username="sven")


def test_a_payment_without_an_address_waits_for_somebody_to_say_whose_it_is(kofi, member, moderator):
    prove(member, "robin@example.org")
    kofi.send(kofi.subscription(email=""))
    run_jobs()
    payment = KofiPayment.objects.get()
    assert (payment.supporter, rank_of(member)) == (None, 0)
    by_hand.assign_payment(by=moderator, payment=payment, email="robin@example.org")
    KofiSupporter.objects.update(person=member)
    by_hand.set_annual(by=moderator, supporter=KofiSupporter.objects.get(), annual=None)
    assert rank_of(member) == 30
    with pytest.raises(Conflict):
        by_hand.assign_payment(by=moderator, payment=payment, email="x@example.org")


def test_only_who_manages_members_gives_tiers(kofi, owner, account, gold):
    kofi.send(kofi.subscription())
    run_jobs()
    supporter = KofiSupporter.objects.get()
    for act in (
        lambda: mean(person=owner, account=account, name="x", tier_id=gold.pk, annual=False),
        lambda: by_hand.assign_supporter(by=owner, supporter=supporter, username="olive"),
        lambda: by_hand.revoke_supporter(by=owner, supporter=supporter),
        lambda: prepare(account=account, by=owner, raw=b"x"),
    ):
        with pytest.raises(NotAllowed):
            act()


def test_an_address_is_known_where_somebody_pays_from_it(kofi):
    kofi.send(kofi.subscription())
    kofi.press_test_button()
    run_jobs()
    assert is_known_address(" Robin@example.org")
    assert not is_known_address("jo.example@example.com")


def test_the_creator_hears_of_who_came_and_who_went(kofi, account):
    kofi.send(kofi.subscription())
    kofi.send(kofi.subscription(email="fern@example.org", from_name="Fern Nothing"))
    run_jobs()
    note = Notification.objects.get(kind="member.new")
    assert (note.person, note.text.startswith("2 new members by Ko-fi")) == (account.owner, True)
    assert note_lapsed(now=timezone.now()) == 0
    assert note_lapsed(now=timezone.now() + 45 * DAY) == 2
    assert Notification.objects.get(kind="member.lost").text.startswith("2 people are no members by Ko-fi")


CSV = """\ufeffDateTime (UTC),From,Message,Item,Received,Given,Currency,TransactionType,TransactionId,BuyerEmail
11/03/2026 13:04,Robin Sample,,Backstage,5.00,0,EUR,Monthly Tip Subscription,tx-1,Robin@example.org
11/03/2026 14:00,=HYPERLINK("http://x"),,,3.00,0,EUR,Tip,tx-2,tip@example.org
not a date,Broken,,Backstage,5.00,0,EUR,Subscription,tx-3,b@example.org
11/04/2026 10:00,No amount,,Backstage,,0,EUR,Subscription,tx-4,c@example.org
"""


def test_a_file_is_looked_over_and_then_taken_in_once(account, member, moderator):
    prove(member, "robin@example.org")
    prepared = prepare(account=account, by=moderator, raw=CSV.encode())
    assert (len(prepared.rows), [one["line"] for one in prepared.skipped]) == (2, [4, 5])
    assert KofiPayment.objects.count() == 0
    assert apply_import(by=moderator, prepared=prepared) == {"new": 2, "known": 0}
    again = prepare(account=account, by=moderator, raw=CSV.encode())
    assert apply_import(by=moderator, prepared=again) == {"new": 0, "known": 2}
    supporter = KofiSupporter.objects.get()
    assert supporter.paid_at == datetime(2026, 11, 3, 13, 4, tzinfo=UTC)
    assert KofiPayment.objects.get(transaction_id="tx-2").name == 'HYPERLINK("http://x")'


def test_a_file_knows_what_a_message_has_told_before(kofi, account, moderator):
    kofi.send(kofi.subscription(kofi_transaction_id="tx-1"))
    run_jobs()
    prepared = prepare(account=account, by=moderator, raw=CSV.encode())
    assert apply_import(by=moderator, prepared=prepared) == {"new": 1, "known": 1}


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\x00\x01\x02",
        b"a,b,c\n1,2,3\n",
        b"Date,Amount,Email\n",
        b"Date,Amount\n2026-11-01,5\n",
        b"Date;Amount;Email\n" + b"2026-11-01;5;a@example.org\n" * 20_001,
        b"x" * (5 * 1024 * 1024 + 1),
    ],
)
def test_a_file_that_does_not_fit_is_refused_in_words(account, moderator, raw):
    with pytest.raises(Invalid) as refused:
        prepare(account=account, by=moderator, raw=raw)
    assert refused.value.message.endswith(".")


def test_other_columns_separators_and_encodings_are_read(account, moderator):
    raw = "Date;Name;Amount;Currency;Tier;Email\n2026-11-05;Zoë;1.234,50;eur;Backstage;zoe@example.org\n".encode(
        "cp1252"
    )
    prepared = prepare(account=account, by=moderator, raw=raw)
    row = prepared.rows[0]
    assert (row["amount"], row["currency"], row["name"], row["is_subscription"]) == ("1234.50", "EUR", "Zoë", True)


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "'=1+1", "\t=1"])
def test_no_name_begins_like_a_formula(text):
    assert plain(text)[:1] not in {"=", "+", "-", "@", "'", "\t"}


def test_a_form_is_what_ko_fi_sends(kofi):
    body, headers = kofi.encoded(kofi.donation(message="ü & =?"))
    assert body.startswith(b"data=%7B")
    assert urlencode({"x": "ü & =?"}).encode()[2:] in body or b"%5Cu00fc" in body
    assert headers["Content-Type"] == "application/x-www-form-urlencoded"
