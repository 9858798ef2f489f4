"""Reading a campaign: who gets what, what one look must not do, outages, refusals, and going on where it stopped."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from apps.accounts.models import User
from apps.core import site_settings
from apps.core.realtime.models import Event
from apps.jobs.models import Job
from apps.memberships.elsewhere import Cause, Link, RunState, Verdict
from apps.memberships.enums import State
from apps.memberships.models import Grant, PatreonCampaign, PatreonMember, PatreonTier, SyncRun
from apps.memberships.providers.patreon import conf
from apps.memberships.providers.patreon.errors import Away
from apps.memberships.services.patreon import sync
from apps.memberships.services.patreon.asking import Asker
from apps.memberships.services.patreon.link import follow_links
from apps.memberships.services.patreon.observe import observe
from apps.memberships.services.patreon.pace import wait_for_turn
from apps.memberships.services.patreon.sync import submit_sync
from apps.memberships.services.patreon.tiers import map_tiers
from apps.memberships.standing import entitlements_of
from apps.notifications.models import Notification
from tests.jobs.running import one_by_one, run_jobs
from tests.memberships.campaigns import FERN, RIVER, ROBIN, link, read_all, row_of

pytestmark = pytest.mark.django_db


def rank_of(person) -> int:
    return entitlements_of(User.objects.get(pk=person.pk)).rank


def test_who_is_linked_gets_what_they_pay_for_and_nobody_else(patreon, campaign, tiers, member, stranger):
    _, gold = tiers
    link(member, RIVER)
    stranger.email = "robin@example.org"  # the address of a patron, not proved, and not linked
    stranger.save()
    run_jobs()
    grant = Grant.objects.get()
    river = patreon.member_of(RIVER)
    assert (grant.person, grant.tier, grant.source) == (member, gold, "patreon")
    assert grant.source_ref == f"{campaign.pk}:{river.id}"
    assert grant.ends_at == river.next_charge_date
    assert grant.grace_until == grant.ends_at + timedelta(days=7)
    assert (rank_of(member), rank_of(stranger)) == (30, 0)
    assert row_of(ROBIN).verdict == Verdict.ENTITLED
    assert row_of(FERN).verdict == Verdict.NOTHING


def test_linking_later_gives_at_once_and_unlinking_takes_back(campaign, tiers, member):
    run_jobs()
    account = link(member, RIVER)
    follow_links(user_ids={RIVER})
    assert rank_of(member) == 30
    account.delete()
    follow_links(user_ids={RIVER})
    assert rank_of(member) == 0
    link(member, RIVER)
    follow_links(user_ids={RIVER})
    assert rank_of(member) == 30


def test_a_second_reading_of_the_same_changes_nothing_and_tells_nobody(campaign, tiers, member):
    link(member, RIVER)
    run_jobs()
    before = list(Grant.objects.values())
    told, events = Notification.objects.count(), Event.objects.exclude(topic__startswith="job").count()
    read_all(campaign)
    run = SyncRun.objects.order_by("-pk").first()
    assert (run.state, run.seen, run.changed, run.granted) == (RunState.DONE, 3, 0, 0)
    assert list(Grant.objects.values()) == before
    assert Notification.objects.count() == told
    assert Event.objects.filter(topic__startswith=("me:")).count() <= events


def test_many_members_come_in_pages(patreon, campaign, tiers, monkeypatch):
    monkeypatch.setattr(conf, "PAGE_SIZE", 50)
    list(patreon.campaign.add_crowd(120, patreon.campaign.tiers["4400123"]))
    run_jobs()
    run = SyncRun.objects.get()
    assert (run.pages, run.seen, run.complete) == (3, 123, True)
    assert PatreonMember.objects.count() == 123


def test_a_page_costs_the_same_few_queries_however_many_members_it_has(
    patreon, campaign, tiers, django_assert_max_num_queries
):
    list(patreon.campaign.add_crowd(300, patreon.campaign.tiers["4400123"]))
    run_jobs()
    page = Asker(campaign.pk).members(campaign.campaign_id, "", 500)
    with django_assert_max_num_queries(7):
        observe(campaign=campaign, members=page.members, asked_at=timezone.now())


def test_ten_thousand_members_are_read(patreon, campaign, tiers, member):
    list(patreon.campaign.add_crowd(10_000, patreon.campaign.tiers["4400123"]))
    link(member, "5009999")
    run_jobs()
    run = SyncRun.objects.get()
    assert (run.pages, run.seen, run.complete) == (21, 10_003, True)
    assert rank_of(member) == 30


def test_a_reading_that_was_stopped_goes_on_where_it_was(patreon, campaign, tiers, monkeypatch):
    monkeypatch.setattr(conf, "PAGE_SIZE", 1)
    patreon.fail(503, path="/api/oauth2/v2/campaigns/700001/members", times=0)
    attempts = one_by_one()
    pages = {"n": 0}
    wanted = patreon._found

    def dies_on_the_second_page(request):
        if request.path.endswith("/members"):
            pages["n"] += 1
            if pages["n"] == 2:
                patreon.fail(503, times=1)
                return patreon.answer(request)
        return wanted(request)

    patreon._found = dies_on_the_second_page
    next(attempts)
    run = SyncRun.objects.get()
    assert (run.state, run.pages, run.cursor) == (RunState.RUNNING, 1, f"after-{patreon.member_of(RIVER).id}")
    Job.objects.update(run_after=timezone.now())
    list(attempts)
    run.refresh_from_db()
    assert (run.state, run.pages, run.seen) == (RunState.DONE, 3, 3)
    asked = [request.one("page[cursor]") for request in patreon.requests if request.path.endswith("/members")]
    assert asked.count("") == 1


def test_an_outage_changes_nothing_for_anybody(patreon, campaign, tiers, member):
    link(member, RIVER)
    run_jobs()
    before = list(Grant.objects.values())
    patreon.fail(503, times=1000)
    submit_sync(campaign=campaign, cause=Cause.CLOCK)
    for _ in range(4):
        run_jobs()
        Job.objects.update(run_after=timezone.now())
    assert SyncRun.objects.order_by("-pk").first().state == RunState.FAILED
    assert list(Grant.objects.values()) == before
    grant = Grant.objects.get()
    assert entitlements_of(member, grant.grace_until - timedelta(seconds=1)).rank == 30
    assert entitlements_of(member, grant.grace_until).rank == 0
    campaign.refresh_from_db()
    assert campaign.link == Link.CONNECTED


@pytest.mark.parametrize("body", [b"<html>Just a moment</html>", b"[]", b"{}", b'{"data": 7}', b""])
def test_an_answer_of_a_wrong_kind_is_an_outage(patreon, campaign, tiers, member, body):
    link(member, RIVER)
    run_jobs()
    before = list(Grant.objects.values())
    patreon.fail(200, times=1000, path="/api/oauth2/v2", body=body)
    submit_sync(campaign=campaign, cause=Cause.CLOCK)
    for _ in range(4):
        run_jobs()
        Job.objects.update(run_after=timezone.now())
    assert SyncRun.objects.order_by("-pk").first().state == RunState.FAILED
    assert list(Grant.objects.values()) == before


def test_being_throttled_holds_everybody_back_and_then_goes_on(patreon, campaign, tiers):
    began = timezone.now()
    patreon.throttle(1, times=1)
    run_jobs()
    run = SyncRun.objects.get()
    assert (run.state, run.seen) == (RunState.DONE, 3)
    campaign.refresh_from_db()
    assert campaign.next_request_at >= began + timedelta(seconds=1)
    assert sum(request.path == "/api/oauth2/v2/campaigns/700001" for request in patreon.requests) == 2


def test_a_long_wait_is_left_to_a_later_attempt(patreon, campaign, tiers):
    patreon.throttle(900, times=1)
    run_jobs()
    job = Job.objects.get(kind="memberships.patreon_sync")
    assert (job.state, job.error_code) == ("queued", "patreon_away")


def test_requests_take_their_places_one_after_another(campaign, monkeypatch):
    monkeypatch.setattr(conf, "PACE_S", 100.0)
    monkeypatch.setattr(conf, "BURST", 3)
    for _ in range(3):
        wait_for_turn(campaign.pk, lambda: None)
    with pytest.raises(Away):
        wait_for_turn(campaign.pk, lambda: None, longest_s=50)


def test_blank_tiers_on_the_first_take_nothing_from_anybody(patreon, campaign, tiers, member):
    link(member, RIVER)
    run_jobs()
    patreon.switches.blank_tiers = True
    for _ in range(3):
        read_all(campaign)
        assert rank_of(member) == 30
    assert row_of(RIVER).verdict == Verdict.BLANK
    patreon.switches.blank_tiers = False
    read_all(campaign)
    assert row_of(RIVER).verdict == Verdict.ENTITLED


def test_answers_without_what_is_included_are_read_all_the_same(patreon, campaign, tiers, member):
    link(member, RIVER)
    patreon.switches.missing_included = True
    run_jobs()
    assert rank_of(member) == 30
    assert not PatreonTier.objects.filter(gone_at__isnull=False).exists()


def test_somebody_missing_once_stays_and_missing_twice_goes(patreon, campaign, tiers, member):
    link(member, RIVER)
    run_jobs()
    patreon.remove(patreon.member_of(RIVER))
    read_all(campaign)
    assert rank_of(member) == 30
    read_all(campaign)
    assert rank_of(member) == 0
    assert row_of(RIVER).verdict == Verdict.ENDED


def test_an_answer_that_shows_fewer_than_there_are_counts_against_nobody(patreon, campaign, tiers, member):
    link(member, RIVER)
    list(patreon.campaign.add_crowd(60, patreon.campaign.tiers["4400123"]))
    run_jobs()
    wanted = patreon._members

    def half(request, token, key):
        document = wanted(request, token, key)
        document["data"] = document["data"][30:]
        return document

    patreon._members = half
    for _ in range(3):
        read_all(campaign)
    assert rank_of(member) == 30
    assert not SyncRun.objects.order_by("-pk").first().complete


def test_declined_with_the_grace_of_the_site(patreon, campaign, tiers, member, moderator):
    link(member, RIVER)
    run_jobs()
    patreon.decline(patreon.member_of(RIVER))
    read_all(campaign)
    found = entitlements_of(User.objects.get(pk=member.pk))
    assert (found.rank, found.in_grace) == (30, True)
    site_settings.set("memberships.grace_s", 0, by=moderator)
    read_all(campaign)
    assert rank_of(member) == 0


def test_cancelled_is_kept_until_it_was_paid_for(patreon, campaign, tiers, member):
    link(member, RIVER)
    run_jobs()
    river = patreon.member_of(RIVER)
    patreon.cancel(river)
    read_all(campaign)
    assert rank_of(member) == 30
    assert Grant.objects.get().ends_at == river.next_charge_date


def test_a_refund_ends_it_at_once_and_a_new_payment_brings_it_back(patreon, campaign, tiers, member):
    link(member, RIVER)
    run_jobs()
    river = patreon.member_of(RIVER)
    river.last_charge_status = "Refunded"
    read_all(campaign)
    assert (rank_of(member), Grant.objects.get().state) == (0, State.REVOKED)
    patreon.pay(river, "4400123")
    read_all(campaign)
    assert rank_of(member) == 30


def test_another_tier_is_another_tier(patreon, campaign, tiers, member):
    link(member, RIVER)
    run_jobs()
    patreon.pay(patreon.member_of(RIVER), "4400122")
    read_all(campaign)
    assert rank_of(member) == 10


def test_a_tier_that_was_deleted_but_is_mapped_stays_for_whoever_has_it(patreon, campaign, tiers, member, stranger):
    link(member, RIVER)
    run_jobs()
    del patreon.campaign.tiers["4400123"]
    newcomer = patreon.campaign.add_member(patreon.people[FERN], None, currently_entitled_amount_cents=500)
    newcomer.tiers = ["4400123"]
    link(stranger, FERN)
    read_all(campaign)
    assert PatreonTier.objects.get(patreon_id="4400123").gone_at is not None
    assert rank_of(member) == 30
    assert rank_of(stranger) == 10


def test_a_new_tier_is_reported_and_means_nothing_until_somebody_says_so(patreon, campaign, tiers, member, moderator):
    run_jobs()
    Notification.objects.all().delete()
    patreon.campaign.add_tier("4400999", "Balcony", 900)
    patreon.pay(patreon.member_of(FERN), "4400999")
    link(member, FERN)
    read_all(campaign)
    assert rank_of(member) == 0
    told = Notification.objects.filter(kind="tier.unknown")
    assert {note.person for note in told} == {campaign.owner, moderator}
    assert "Balcony" in told.first().text
    _, gold = tiers
    map_tiers(campaign=campaign, meanings={PatreonTier.objects.get(title="Balcony").pk: gold.pk})
    read_all(campaign)
    assert rank_of(member) == 30


def test_the_creator_hears_once_of_each_kind_of_news(patreon, campaign, tiers):
    list(patreon.campaign.add_crowd(10, patreon.campaign.tiers["4400123"]))
    run_jobs()
    note = Notification.objects.get(kind="member.new")
    assert note.person == campaign.owner
    assert note.text.startswith("12 new members by Patreon:")
    assert "and 9 more" in note.text
    river, robin = patreon.member_of(RIVER), patreon.member_of(ROBIN)
    river.last_charge_status = "Fraud"
    patreon.pay(robin, "4400123")
    read_all(campaign)
    assert Notification.objects.get(kind="member.lost").text == "River Example is no member by Patreon any more."
    assert "Robin Sample has changed" in Notification.objects.get(kind="member.changed").text
    assert Notification.objects.filter(kind="member.new").count() == 1


def test_an_older_look_never_replaces_a_newer_one(patreon, campaign, tiers):
    asker = Asker(campaign.pk)
    old = asker.members(campaign.campaign_id, "", 500).members
    patreon.member_of(RIVER).last_charge_status = "Fraud"
    new = asker.members(campaign.campaign_id, "", 500).members
    at = datetime(2026, 12, 1, tzinfo=UTC)
    observe(campaign=campaign, members=new, asked_at=at)
    observe(campaign=campaign, members=old, asked_at=at - timedelta(seconds=1))
    assert row_of(RIVER).last_charge_status == "Fraud"


def test_the_clock_asks_for_every_connected_campaign(patreon, campaign, owner):
    run_jobs()
    PatreonCampaign.objects.create(campaign_id="9", owner=owner, name="gone", link=Link.LOST)
    from apps.jobs.services.periodic import submit_periodic

    submit_periodic(kind="memberships.patreon_sync")
    run_jobs()
    assert SyncRun.objects.filter(campaign=campaign).count() == 2
    assert SyncRun.objects.exclude(campaign=campaign).count() == 0


def test_a_run_that_its_job_left_behind_is_ended_by_the_next(campaign, tiers):
    left = sync.begin(campaign=campaign, cause=Cause.CLOCK, job_id=campaign.pk)
    run_jobs()
    left.refresh_from_db()
    assert left.state == RunState.FAILED
    assert SyncRun.objects.filter(state=RunState.DONE).count() == 1
