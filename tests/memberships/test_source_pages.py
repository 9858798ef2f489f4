"""The studio's pages of Patreon and Ko-fi: who may come, what they do, and what they cost."""

from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from apps.accounts.models import User
from apps.core.models import new_id
from apps.jobs.models import Job
from apps.memberships.elsewhere import Link
from apps.memberships.models import (
    KofiAccount,
    KofiImport,
    KofiPayment,
    KofiSupporter,
    PatreonCampaign,
    WebhookDelivery,
)
from apps.memberships.services.kofi.accounts import open_account
from apps.memberships.standing import entitlements_of
from tests.conftest import make_person
from tests.jobs.running import run_jobs
from tests.memberships.campaigns import RIVER, link
from tests.memberships.making import make_tier
from tests.memberships.test_kofi import CSV, TOKEN, through_the_client
from tests.stubs.kofi import Kofi
from tests.stubs.patreon import ALL_SCOPES

pytestmark = pytest.mark.django_db


def as_(person) -> Client:
    client = Client()
    client.force_login(person)
    return client


@pytest.fixture
def account(owner):
    return open_account(person=owner, name="Olive's page", token=TOKEN)


@pytest.fixture
def things(patreon, campaign, tiers, account, member):
    """One of everything, by the name that its address has."""
    link(member, RIVER)
    run_jobs()
    kofi = Kofi(f"/webhooks/kofi/{account.key}/", TOKEN, post=through_the_client)
    kofi.send(kofi.subscription())
    kofi.send(kofi.subscription(email=""))
    run_jobs()
    return {
        "campaign_id": campaign.pk,
        "account_id": account.pk,
        "delivery_id": WebhookDelivery.objects.order_by("pk").first().pk,
        "supporter_id": KofiSupporter.objects.get().pk,
        "payment_id": KofiPayment.objects.filter(supporter=None).get().pk,
        "import_id": KofiImport.objects.create(account=account, rows=[]).pk,
    }


LOOKS = {
    "patreon": (),
    "patreon-campaign": ("campaign_id",),
    "patreon-members": ("campaign_id",),
    "kofi": (),
    "kofi-account": ("account_id",),
    "kofi-supporters": ("account_id",),
    "kofi-payments": ("account_id",),
    "webhook-log": (),
    "webhook-delivery": ("delivery_id",),
}
ACTS = {
    "patreon-connect": (),
    "patreon-tokens": (),
    "patreon-sync": ("campaign_id",),
    "patreon-tiers": ("campaign_id",),
    "patreon-disconnect": ("campaign_id",),
    "kofi-change": ("account_id",),
    "kofi-forget-token": ("account_id",),
    "kofi-end": ("account_id",),
    "kofi-names": ("account_id",),
    "kofi-import": ("account_id",),
    "kofi-imported": ("import_id",),
    "kofi-assign": ("supporter_id",),
    "kofi-revoke": ("supporter_id",),
    "kofi-period": ("supporter_id",),
    "kofi-payment-assign": ("payment_id",),
    "webhook-replay": ("delivery_id",),
}


def path_of(name: str, needs: tuple[str, ...], things) -> str:
    return reverse(name, args=[things[need] for need in needs])


@pytest.mark.parametrize("name", LOOKS)
def test_who_may_look(things, name, owner, moderator, member, client):
    path = path_of(name, LOOKS[name], things)
    assert as_(owner).get(path).status_code == 200
    assert as_(moderator).get(path).status_code == 200
    assert as_(member).get(path).status_code == 403
    assert client.get(path).status_code == 302
    another = make_person("ada", "creator")
    assert as_(another).get(path).status_code == (404 if LOOKS[name] else 200)


@pytest.mark.parametrize("name", ACTS)
def test_who_must_not_act(things, name, member, client):
    path = path_of(name, ACTS[name], things)
    before = list(PatreonCampaign.objects.values("link")), list(KofiAccount.objects.values("ended_at"))
    assert as_(member).post(path).status_code == 403
    assert client.post(path).status_code == 302
    if ACTS[name]:
        assert as_(make_person("ada", "creator")).post(path).status_code == 404
        assert as_(make_person("bea", "creator")).get(path).status_code in {404, 405}
    assert (list(PatreonCampaign.objects.values("link")), list(KofiAccount.objects.values("ended_at"))) == before


@pytest.mark.parametrize(
    "name", ["patreon-tiers", "kofi-names", "kofi-imported", "kofi-assign", "kofi-revoke", "kofi-period"]
)
def test_a_creator_gives_none_of_the_site_s_tiers(things, name, owner):
    needed = {"username": "mila", "name": "x"}
    reply = as_(owner).post(path_of(name, ACTS[name], things), needed)
    assert reply.status_code == 403


def test_another_s_campaign_is_not_in_one_s_lists(things, campaign):
    ada = as_(make_person("ada", "creator"))
    for name in ("patreon", "kofi", "webhook-log"):
        page = ada.get(reverse(name)).content.decode()
        assert str(campaign) not in page
        assert "Olive&#x27;s page" not in page
    assert b"Subscription" not in ada.get(reverse("webhook-log")).content


def test_connecting_goes_to_patreon_and_back(patreon, owner):
    client = as_(owner)
    patreon.signs_in_as = patreon.campaign.creator
    begun = client.post(reverse("patreon-connect"))
    asked = parse_qs(urlsplit(begun.headers["Location"]).query)
    assert set(asked["scope"][0].split()) <= ALL_SCOPES
    assert asked["redirect_uri"] == ["http://testserver/studio/memberships/patreon/callback/"]
    back = urlsplit(httpx.get(begun.headers["Location"]).headers["location"])
    reply = client.get(f"{back.path}?{back.query}", follow=True)
    campaign = PatreonCampaign.objects.get()
    assert (campaign.owner, campaign.link) == (owner, Link.CONNECTED)
    assert reply.redirect_chain[-1][0] == reverse("patreon-campaign", args=[campaign.pk])
    assert Job.objects.filter(kind="memberships.patreon_sync").count() == 1
    again = client.get(f"{back.path}?{back.query}", follow=True)
    assert b"does not belong to anything that you have begun" in again.content


def test_a_refusal_at_patreon_is_told_and_changes_nothing(patreon, owner):
    client = as_(owner)
    patreon.switches.denies = True
    begun = client.post(reverse("patreon-connect"))
    back = urlsplit(httpx.get(begun.headers["Location"]).headers["location"])
    reply = client.get(f"{back.path}?{back.query}", follow=True)
    assert b"Nothing has changed" in reply.content
    assert PatreonCampaign.objects.count() == 0


@pytest.mark.parametrize("query", ["", "?code=x", "?code=x&state=", "?code=x&state=guess", "?error=access_denied"])
def test_an_answer_that_nobody_asked_for_is_none(patreon, owner, query):
    client = as_(owner)
    client.post(reverse("patreon-connect"))
    reply = client.get(reverse("patreon-callback") + query, follow=True)
    assert b"does not belong" in reply.content
    assert PatreonCampaign.objects.count() == 0
    assert not any(request.path == "/api/oauth2/token" for request in patreon.requests)


def test_a_code_of_another_session_does_not_connect_here(patreon, owner, stranger):
    patreon.signs_in_as = patreon.campaign.creator
    begun = as_(make_person("ada", "creator")).post(reverse("patreon-connect"))
    back = urlsplit(httpx.get(begun.headers["Location"]).headers["location"])
    as_(owner).get(f"{back.path}?{back.query}")
    assert PatreonCampaign.objects.count() == 0


def test_while_patreon_is_away_that_is_said(patreon, owner):
    client = as_(owner)
    patreon.signs_in_as = patreon.campaign.creator
    begun = client.post(reverse("patreon-connect"))
    back = urlsplit(httpx.get(begun.headers["Location"]).headers["location"])
    patreon.fail(503, path="/api/oauth2/token", times=5)
    reply = client.get(f"{back.path}?{back.query}", follow=True)
    assert b"does not answer as it should just now" in reply.content


def test_without_an_app_it_says_who_has_to_make_one(owner, settings):
    settings.SIGN_IN_PROVIDERS = []
    client = as_(owner)
    assert b"has no app at Patreon yet" in client.get(reverse("patreon")).content
    assert b"has no app at Patreon yet" in client.post(reverse("patreon-connect"), follow=True).content


def test_tokens_can_be_pasted_and_wrong_ones_are_told(patreon, owner):
    client = as_(owner)
    wrong = client.post(reverse("patreon-tokens"), {"access": "a", "refresh": "b"})
    assert (wrong.status_code, b"accepts neither of these tokens" in wrong.content) == (422, True)
    assert client.post(reverse("patreon-tokens"), {"access": ""}).status_code == 422
    pair = patreon.creator_token()
    patreon.expire_tokens()
    client.post(reverse("patreon-tokens"), {"access": pair.access, "refresh": pair.refresh})
    assert PatreonCampaign.objects.get().access_token == patreon.tokens[-1].access


def test_a_token_without_the_right_to_webhooks_reads_all_the_same(patreon, owner):
    pair = patreon.creator_token(scopes=ALL_SCOPES - {"w:campaigns.webhook"})
    client = as_(owner)
    client.post(reverse("patreon-tokens"), {"access": pair.access, "refresh": pair.refresh})
    run_jobs()
    campaign = PatreonCampaign.objects.get()
    assert campaign.runs.get().state == "done"
    assert b"gives this site no webhook" in client.get(reverse("patreon-campaign", args=[campaign.pk])).content


def test_a_second_creator_does_not_take_a_campaign_over(patreon, campaign, owner):
    pair = patreon.creator_token()
    ada = as_(make_person("ada", "creator"))
    reply = ada.post(reverse("patreon-tokens"), {"access": pair.access, "refresh": pair.refresh})
    assert b"Somebody else has connected this campaign" in reply.content
    campaign.refresh_from_db()
    assert campaign.owner == owner


def test_tiers_are_given_their_meaning_on_the_page(patreon, campaign, moderator, member):
    gold = make_tier("Gold", 30)
    link(member, RIVER)
    run_jobs()
    assert entitlements_of(member).rank == 0
    row, other = campaign.tiers.get(title="Backstage"), campaign.tiers.get(title="Front row")
    path = reverse("patreon-tiers", args=[campaign.pk])
    as_(moderator).post(path, {str(row.pk): str(gold.pk), str(other.pk): "nothing"})
    run_jobs()
    assert entitlements_of(User.objects.get(pk=member.pk)).rank == 30
    reply = as_(moderator).post(path, {str(row.pk): str(new_id())}, follow=True)
    assert b"Nothing was saved" in reply.content


def test_disconnecting_forgets_the_tokens_and_takes_nothing(things, patreon, campaign, owner, member):
    as_(owner).post(reverse("patreon-disconnect", args=[campaign.pk]))
    campaign.refresh_from_db()
    assert (campaign.link, campaign.access_token, campaign.refresh_token) == (Link.ENDED, "", "")
    assert patreon.hooks == {}
    assert entitlements_of(User.objects.get(pk=member.pk)).rank == 30
    reply = as_(owner).post(reverse("patreon-sync", args=[campaign.pk]), follow=True)
    assert b"is not connected to Patreon" in reply.content


def test_an_account_of_ko_fi_is_entered_and_shows_where_to_send(owner):
    client = as_(owner)
    assert client.post(reverse("kofi"), {"name": "", "token": ""}).status_code == 422
    page = client.post(reverse("kofi"), {"name": "Mine", "token": TOKEN}, follow=True).content.decode()
    assert f"http://testserver/webhooks/kofi/{KofiAccount.objects.get().key}/" in page
    assert TOKEN not in page


def test_a_file_is_shown_and_then_taken_in(things, moderator, account):
    client = as_(moderator)
    file = SimpleUploadedFile("kofi.csv", CSV.encode(), "text/csv")
    shown = client.post(reverse("kofi-import", args=[account.pk]), {"file": file}, follow=True)
    assert b"Line 4: Its date cannot be read." in shown.content
    prepared = KofiImport.objects.exclude(rows=[]).get()
    done = client.post(reverse("kofi-imported", args=[prepared.pk]), follow=True)
    assert b"2 payments were new, 0 were known." in done.content
    bad = SimpleUploadedFile("kofi.csv", b"a,b\n1,2\n", "text/csv")
    told = client.post(reverse("kofi-import", args=[account.pk]), {"file": bad}, follow=True)
    assert b"Columns with a date, an amount and an address are needed" in told.content


def test_a_payment_is_assigned_and_taken_back_on_the_pages(things, moderator, member, account):
    gold = make_tier("Platinum", 40)
    client = as_(moderator)
    client.post(reverse("kofi-names", args=[account.pk]), {"name": "Backstage", "tier": str(gold.pk)})
    client.post(reverse("kofi-assign", args=[things["supporter_id"]]), {"username": "mila"})
    assert entitlements_of(User.objects.get(pk=member.pk)).rank == 40
    client.post(reverse("kofi-revoke", args=[things["supporter_id"]]))
    assert entitlements_of(User.objects.get(pk=member.pk)).rank == 30
    told = client.post(reverse("kofi-assign", args=[things["supporter_id"]]), {"username": "nobody"}, follow=True)
    assert b"Nobody here is called that." in told.content


def test_what_nobody_may_read_in_public_is_not_shown(things, account, owner):
    kofi = Kofi(f"/webhooks/kofi/{account.key}/", TOKEN, post=through_the_client)
    kofi.send(kofi.donation(is_public=False, message="only for you"))
    kofi.send(kofi.donation(message="<script>hello</script>"))
    run_jobs()
    page = as_(owner).get(reverse("kofi-payments", args=[account.pk])).content.decode()
    assert "only for you" not in page
    assert "&lt;script&gt;hello" in page


def test_messages_are_searched_and_replayed(things, owner):
    client = as_(owner)
    path = reverse("webhook-log")
    assert b"Subscription" in client.get(path, {"q": "subscription"}).content
    assert b"Nothing fits" in client.get(path, {"q": "members:update"}).content
    assert b"Nothing fits" in client.get(path, {"state": "unheard-of"}).content
    client.post(reverse("webhook-replay", args=[things["delivery_id"]]))
    assert WebhookDelivery.objects.get(pk=things["delivery_id"]).state == "waiting"
    run_jobs()
    assert WebhookDelivery.objects.get(pk=things["delivery_id"]).state == "done"


@pytest.mark.parametrize("before", ["x", "", "00000000-0000-0000-0000-000000000000"])
def test_odd_questions_are_answered(things, owner, before):
    client = as_(owner)
    for name in ("patreon-members", "kofi-supporters", "kofi-payments", "webhook-log"):
        query = {"before": before, "show": "unheard-of", "q": "x" * 500}
        assert client.get(path_of(name, LOOKS[name], things), query).status_code == 200


@pytest.mark.parametrize("name", ["patreon-members", "kofi-supporters", "kofi-payments", "webhook-log"])
def test_lists_cost_the_same_however_long(things, patreon, campaign, account, moderator, name):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = as_(moderator)
    path = path_of(name, LOOKS[name], things)

    def counted() -> int:
        client.get(path)  # what a process keeps for some seconds is fresh
        with CaptureQueriesContext(connection) as seen:
            client.get(path)
        return len(seen)

    few = counted()
    list(patreon.campaign.add_crowd(40, patreon.campaign.tiers["4400123"]))
    kofi = Kofi(f"/webhooks/kofi/{account.key}/", TOKEN, post=through_the_client)
    for number in range(5):
        kofi.send(kofi.subscription(email=f"s{number}@example.org"))
    run_jobs()
    assert counted() == few
