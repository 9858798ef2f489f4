"""Messages of Patreon: believed when they are signed, kept once, and followed by a look at the truth."""

import hashlib
import hmac
import json
import random
from datetime import timedelta

import pytest
from django.test import Client

from apps.accounts.models import User
from apps.core import site_settings
from apps.core.realtime.models import Event
from apps.jobs.models import Job
from apps.memberships.elsewhere import DeliveryState, Verdict
from apps.memberships.enums import State
from apps.memberships.models import Grant, PatreonMember, WebhookDelivery
from apps.memberships.services.webhooks.receive import replay
from apps.memberships.services.webhooks.tidy import forget_old
from apps.memberships.standing import entitlements_of
from apps.notifications.models import Notification
from tests.jobs.running import run_jobs
from tests.memberships.campaigns import FERN, RIVER, ROBIN, link, row_of
from tests.stubs.patreon_hooks import Event as Message
from tests.stubs.patreon_hooks import Hook, portal_event

pytestmark = pytest.mark.django_db


def rank_of(person) -> int:
    return entitlements_of(User.objects.get(pk=person.pk)).rank


def deliver(hook: Hook, event: Message, **changes: str):
    headers = {**hook.headers(event), **changes}
    return Client().post(
        hook.uri.removeprefix("http://testserver"),
        data=event.body,
        content_type="application/json",
        headers={name: value for name, value in headers.items() if name != "Content-Type"},
    )


@pytest.fixture
def hook(patreon, campaign, tiers, member) -> Hook:
    """River is linked and has Gold; everything was read once."""
    link(member, RIVER)
    run_jobs()
    return next(iter(patreon.hooks.values()))


def test_connecting_makes_a_webhook_of_the_campaign_s_own(hook, campaign):
    campaign.refresh_from_db()
    assert hook.uri == f"http://testserver/webhooks/patreon/{campaign.webhook_key}/"
    assert (campaign.webhook_id, campaign.webhook_secret) == (hook.id, hook.secret)


def test_a_tier_lost_at_patreon_is_lost_here_and_open_sockets_are_told(patreon, hook, member, moderator):
    site_settings.set("memberships.grace_s", 0, by=moderator)
    river = patreon.member_of(RIVER)
    assert rank_of(member) == 30
    asked_again = Event.objects.filter(topic=f"authz:{member.pk}", type="recheck").count()
    patreon.decline(river)
    assert deliver(hook, patreon.event("members:pledge:update", river)).status_code == 200
    run_jobs()
    assert rank_of(member) == 0
    assert Event.objects.filter(topic=f"authz:{member.pk}", type="recheck").count() == asked_again + 1
    assert Event.objects.filter(topic=f"me:{member.pk}", type="entitlements").count() == 2


def test_a_member_whom_patreon_has_deleted_is_none_at_once(patreon, hook, member):
    river = patreon.member_of(RIVER)
    event = patreon.event("members:delete", river)
    patreon.remove(river)
    deliver(hook, event)
    run_jobs()
    assert (rank_of(member), Grant.objects.get().state) == (0, State.REVOKED)
    assert row_of(RIVER).verdict == Verdict.ENDED


def test_that_patreon_does_not_find_a_member_is_not_enough(patreon, hook, member):
    river = patreon.member_of(RIVER)
    patreon.remove(river)
    deliver(hook, patreon.event("members:update", river))
    run_jobs()
    assert rank_of(member) == 30


def test_what_a_message_says_does_not_count(patreon, hook, member):
    """It says that River was refunded; Patreon says no such thing."""
    river = patreon.member_of(RIVER)
    event = patreon.event("members:update", river)
    lie = Message(event.trigger, event.body.replace(b'"Paid"', b'"Refunded"'))
    assert deliver(hook, lie).status_code == 200
    run_jobs()
    assert rank_of(member) == 30


@pytest.mark.parametrize(
    "signature", ["", "0" * 32, "nonsense", "ü" * 20, hmac.new(b"other", b"{}", hashlib.md5).hexdigest()]
)
def test_a_forged_message_is_refused_and_leaves_nothing_but_a_count(patreon, hook, campaign, caplog, signature):
    event = patreon.event("members:update", patreon.member_of(RIVER))
    jobs = Job.objects.count()
    caplog.clear()
    with caplog.at_level("WARNING", logger="apps.memberships.views.webhooks"):
        reply = deliver(hook, event, **{"X-Patreon-Signature": signature})
    assert reply.status_code == 403
    assert len([line for line in caplog.records if line.name == "apps.memberships.views.webhooks"]) == 1
    assert (WebhookDelivery.objects.count(), Job.objects.count()) == (0, jobs)
    campaign.refresh_from_db()
    assert campaign.refused == 1


def test_a_message_changed_by_one_byte_is_forged(patreon, hook):
    event = patreon.event("members:update", patreon.member_of(RIVER))
    signature = hook.headers(event)["X-Patreon-Signature"]
    changed = Message(event.trigger, event.body + b" ")
    assert deliver(hook, changed, **{"X-Patreon-Signature": signature}).status_code == 403
    assert deliver(hook, event, **{"X-Patreon-Signature": f" {signature.upper()} "}).status_code == 200


def test_whoever_goes_on_forging_is_not_even_counted(patreon, hook, campaign, moderator, limits_hold):
    site_settings.set("rates.webhook_refused_visitor", 2, by=moderator)
    event = patreon.event("members:update", patreon.member_of(RIVER))
    statuses = [deliver(hook, event, **{"X-Patreon-Signature": "x"}).status_code for _ in range(4)]
    assert statuses == [403, 403, 429, 429]
    campaign.refresh_from_db()
    assert campaign.refused == 2
    assert deliver(hook, event).status_code == 200


def test_the_same_message_again_is_kept_once(patreon, hook):
    event = patreon.event("members:update", patreon.member_of(RIVER))
    assert [deliver(hook, event).status_code for _ in range(3)] == [200, 200, 200]
    kept = WebhookDelivery.objects.get()
    assert (kept.repeats, kept.state) == (2, DeliveryState.WAITING)
    assert Job.objects.filter(kind="memberships.webhook").count() == 1


def test_the_portal_s_test_is_taken_and_means_nothing(hook):
    assert deliver(hook, portal_event()).status_code == 200
    run_jobs()
    kept = WebhookDelivery.objects.get()
    assert kept.state == DeliveryState.IGNORED
    assert "test" in kept.note


@pytest.mark.parametrize("trigger", ["posts:publish", "pledges:create", "members:sing"])
def test_what_nothing_depends_on_is_taken_and_ignored_with_a_note(patreon, hook, trigger):
    event = patreon.event("members:update", patreon.member_of(RIVER))
    assert deliver(hook, Message(trigger, event.body)).status_code == 200
    run_jobs()
    kept = WebhookDelivery.objects.get()
    assert (kept.state, trigger in kept.note) == (DeliveryState.IGNORED, True)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"null",
        b"\xff\xfe",
        b'{"data": null}',
        b'{"data": {"type": "member", "id": null}}',
        b'{"data": {"type": "member", "id": ["x"]}}',
        b'{"data": {"type": "member", "id": "../webhooks"}}',
        b'{"data": {"type": "member", "id": "a\x00b"}}',
        b"[" * 5000,
    ],
)
def test_signed_nonsense_harms_nobody(patreon, hook, body):
    asked = len(patreon.requests)
    assert deliver(hook, Message("members:update", body)).status_code == 200
    run_jobs()
    assert WebhookDelivery.objects.get().state == DeliveryState.IGNORED
    assert len(patreon.requests) == asked


def test_a_message_is_bounded(hook):
    big = Message("members:update", b" " * (256 * 1024 + 1))
    assert deliver(hook, big).status_code == 413


def test_only_posts_are_taken_and_only_by_addresses_that_there_are(client, hook, campaign, owner):
    path = hook.uri.removeprefix("http://testserver")
    assert client.get(path).status_code == 405
    assert client.post("/webhooks/patreon/nobody/", b"{}", content_type="application/json").status_code == 404
    assert client.get("/webhooks/patreon/").status_code == 405


def test_the_address_without_a_key_is_that_of_the_only_campaign(patreon, hook, campaign, owner):
    event = patreon.event("members:update", patreon.member_of(RIVER))
    hook.uri = "http://testserver/webhooks/patreon/"
    assert deliver(hook, event).status_code == 200
    type(campaign).objects.create(campaign_id="8", owner=owner, name="second")
    reply = deliver(hook, event)
    assert (reply.status_code, b"more than one" in reply.content) == (404, True)


def test_a_paused_webhook_is_revived_by_the_next_sync_which_reads_everybody(patreon, hook, campaign, member):
    from tests.memberships.campaigns import read_all

    hook.uri = "http://127.0.0.1:9/gone"
    river = patreon.member_of(RIVER)
    for _ in range(5):
        patreon.fire("members:update", river)
    hook.uri = f"http://testserver/webhooks/patreon/{campaign.webhook_key}/"
    assert hook.paused
    hook.waiting.clear()
    patreon.pay(river, "4400122")
    read_all(campaign)
    assert not hook.paused
    assert rank_of(member) == 10


def test_a_webhook_that_was_deleted_is_made_again(patreon, hook, campaign):
    from tests.memberships.campaigns import read_all

    patreon.hooks.clear()
    read_all(campaign)
    campaign.refresh_from_db()
    assert campaign.webhook_secret == next(iter(patreon.hooks.values())).secret != hook.secret


def test_while_patreon_is_away_a_message_waits_and_then_fails_plainly_and_can_be_replayed(patreon, hook, member):
    from django.utils import timezone

    river = patreon.member_of(RIVER)
    river.last_charge_status = "Fraud"
    patreon.fail(503, times=100)
    deliver(hook, patreon.event("members:update", river))
    for _ in range(4):
        run_jobs()
        Job.objects.update(run_after=timezone.now())
    kept = WebhookDelivery.objects.get()
    assert (kept.state, rank_of(member)) == (DeliveryState.FAILED, 30)
    assert "Patreon does not answer" in kept.note
    patreon.heal()
    replay(delivery=kept)
    run_jobs()
    kept.refresh_from_db()
    assert (kept.state, rank_of(member)) == (DeliveryState.DONE, 0)


def _state() -> list[tuple[object, ...]]:
    members = PatreonMember.objects.order_by("member_id")
    said = members.values_list("member_id", "verdict", "tier", "ends_at", "grace_until", "told_tier", "told_change")
    grants = Grant.objects.order_by("source_ref").values_list("source_ref", "state", "tier", "ends_at", "person")
    return [*said, *grants]


def test_a_hundred_messages_in_any_order_end_in_the_same_state(patreon, hook, member, stranger):
    """Duplicates and replays among them; what counts is what Patreon says when it is asked."""
    link(stranger, ROBIN)
    river, robin, fern = (patreon.member_of(key) for key in (RIVER, ROBIN, FERN))
    messages = []
    chance = random.Random(7)
    for _ in range(50):
        who = chance.choice([river, robin, fern])
        chance.choice([patreon.decline, patreon.cancel, lambda one: patreon.pay(one, "4400123")])(who)
        messages.append(patreon.event(chance.choice(["members:update", "members:pledge:update"]), who))
    patreon.pay(river, "4400122")
    patreon.pay(robin, "4400123")
    fern.patron_status, fern.last_charge_status = "active_patron", "Refunded"
    messages += [patreon.event("members:pledge:update", who) for who in (river, robin, fern)]
    messages += chance.choices(messages, k=100 - len(messages))
    ends = []
    for _ in range(3):
        WebhookDelivery.objects.all().delete()
        chance.shuffle(messages)
        for event in messages:
            assert deliver(hook, event).status_code == 200
            if chance.random() < 0.1:
                run_jobs()
        run_jobs()
        ends.append(_state())
    assert all(end == ends[0] for end in ends)
    assert (rank_of(member), rank_of(stranger)) == (10, 30)
    assert not WebhookDelivery.objects.exclude(state=DeliveryState.DONE).exists()


def test_a_storm_about_one_member_asks_patreon_once(patreon, hook):
    river = patreon.member_of(RIVER)
    for number in range(10):
        river.note = str(number)
        deliver(hook, patreon.event("members:update", river))
    asked = len(patreon.requests)
    run_jobs()
    assert len(patreon.requests) == asked + 1
    assert Notification.objects.filter(kind="member.changed").count() == 0


def test_a_day_of_messages_is_one_notification_of_each_kind(patreon, hook, campaign):
    Notification.objects.all().delete()
    for person in list(patreon.people.values())[:3]:
        newcomer = patreon.campaign.add_member(person, patreon.campaign.tiers["4400123"])
        deliver(hook, patreon.event("members:pledge:create", newcomer))
        run_jobs()
    note = Notification.objects.get(kind="member.new")
    assert note.text.startswith("5 new members by Patreon")


def test_messages_are_forgotten_after_a_month(patreon, hook):
    from django.utils import timezone

    deliver(hook, patreon.event("members:update", patreon.member_of(RIVER)))
    run_jobs()
    assert forget_old(now=timezone.now())["messages"] == 0
    assert forget_old(now=timezone.now() + timedelta(days=31))["messages"] == 1


def test_what_is_kept_says_nothing_of_secrets(patreon, hook):
    deliver(hook, patreon.event("members:update", patreon.member_of(RIVER)))
    kept = WebhookDelivery.objects.get()
    assert set(kept.headers) == {"X-Patreon-Event", "User-Agent"}
    assert json.loads(kept.body)["data"]["type"] == "member"
