"""The pair of tokens: renewed in time, used once, never replaced by a failed answer, and told when it is lost."""

import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from apps.jobs.models import Alert
from apps.memberships.elsewhere import Link, RunState
from apps.memberships.models import Grant, PatreonCampaign, SyncRun
from apps.memberships.providers.patreon.errors import Away, Refused, Unauthorized
from apps.memberships.services.patreon.tokens import good_token, renewed
from apps.notifications.models import Notification
from tests.conftest import make_person
from tests.jobs.running import run_jobs
from tests.memberships.campaigns import RIVER, connect, link, read_all

pytestmark = pytest.mark.django_db


def age(campaign, part: float) -> None:
    """As if so much of the token's life had passed."""
    life = timedelta(days=31)
    issued = timezone.now() - life * part
    PatreonCampaign.objects.filter(pk=campaign.pk).update(token_issued_at=issued, token_expires_at=issued + life)


def renewals(patreon) -> int:
    return sum(request.path == "/api/oauth2/token" for request in patreon.requests)


def test_a_token_in_the_first_half_of_its_life_is_left_alone(patreon, campaign):
    age(campaign, 0.4)
    assert good_token(campaign.pk) == campaign.access_token
    assert renewals(patreon) == 0


def test_a_token_in_the_second_half_is_renewed_and_both_are_kept(patreon, campaign):
    age(campaign, 0.6)
    token = good_token(campaign.pk)
    row = PatreonCampaign.objects.get(pk=campaign.pk)
    assert (row.access_token, row.refresh_token) == (patreon.tokens[-1].access, patreon.tokens[-1].refresh)
    assert token == row.access_token != campaign.access_token
    assert row.token_expires_at > timezone.now() + timedelta(days=30)


def test_tokens_are_not_readable_in_the_database(campaign):
    with connection.cursor() as cursor:
        cursor.execute("SELECT access_token, refresh_token FROM memberships_patreoncampaign")
        assert all(value.startswith("e1.") for value in cursor.fetchone())


@pytest.mark.parametrize("body", [b"<html></html>", b"{}", b'{"access_token": ""}', b'{"access_token": "only"}'])
@pytest.mark.parametrize("status", [200, 500, 503])
def test_a_failed_answer_replaces_nothing(patreon, campaign, status, body):
    age(campaign, 0.6)
    patreon.fail(status, path="/api/oauth2/token", body=body)
    assert good_token(campaign.pk) == campaign.access_token
    row = PatreonCampaign.objects.get(pk=campaign.pk)
    assert (row.access_token, row.refresh_token) == (campaign.access_token, campaign.refresh_token)
    assert row.link == Link.CONNECTED


def test_an_expired_token_and_an_outage_are_an_outage(patreon, campaign):
    age(campaign, 1.1)
    patreon.fail(503, path="/api/oauth2/token", times=9)
    with pytest.raises(Away):
        good_token(campaign.pk)
    patreon.heal()
    assert good_token(campaign.pk) == patreon.tokens[-1].access


def test_a_wrong_client_secret_is_no_reason_to_give_up(patreon, campaign, settings):
    settings.SIGN_IN_PROVIDERS = [{**settings.SIGN_IN_PROVIDERS[0], "secret": "mistyped"}]
    age(campaign, 0.6)
    with pytest.raises(Refused):
        good_token(campaign.pk)
    assert PatreonCampaign.objects.get(pk=campaign.pk).link == Link.CONNECTED


def test_a_token_that_died_early_is_renewed_once_and_the_reading_goes_on(patreon, campaign, tiers):
    patreon.expire_tokens()
    run_jobs()
    assert SyncRun.objects.get().state == RunState.DONE
    assert renewals(patreon) == 1


def test_a_lost_connection_is_told_and_takes_nothing_from_anybody(patreon, campaign, tiers, member, moderator):
    link(member, RIVER)
    run_jobs()
    before = list(Grant.objects.values())
    patreon.forget_tokens()
    read_all(campaign)
    campaign.refresh_from_db()
    assert campaign.link == Link.LOST
    assert {note.person for note in Notification.objects.filter(kind="source.lost")} == {campaign.owner, moderator}
    assert Alert.objects.filter(event="patreon.disconnected").count() == 1
    assert SyncRun.objects.order_by("-pk").first().state == RunState.FAILED
    assert list(Grant.objects.values()) == before
    with pytest.raises(Unauthorized):
        good_token(campaign.pk)


def test_connecting_again_mends_it(patreon, campaign, tiers, owner):
    patreon.forget_tokens()
    run_jobs()
    again = connect(patreon, owner)
    assert (again.pk, again.link, again.trouble) == (campaign.pk, Link.CONNECTED, "")
    run_jobs()
    assert SyncRun.objects.order_by("-pk").first().state == RunState.DONE


@pytest.mark.django_db(transaction=True)
def test_two_who_want_to_renew_at_once_use_the_refresh_token_once(patreon):
    campaign = connect(patreon, make_person("olive", "creator"))
    patreon.switches.slow_s = 0.2
    found: list[str] = []
    gate = threading.Barrier(4)

    def renew() -> None:
        gate.wait()
        try:
            found.append(renewed(campaign.pk, instead_of=campaign.access_token))
        finally:
            connection.close()

    threads = [threading.Thread(target=renew) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [patreon.tokens[-1].access] * 4
    assert renewals(patreon) == 1
    assert PatreonCampaign.objects.get().link == Link.CONNECTED
