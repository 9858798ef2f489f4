"""A campaign at the stand-in for Patreon, connected here, with tiers that mean something."""

from allauth.socialaccount.models import SocialAccount
from django.utils import timezone

from apps.memberships.models import PatreonCampaign, PatreonMember, Tier
from apps.memberships.providers.patreon import conf
from apps.memberships.services.patreon.connect import connect_by_tokens
from apps.memberships.services.patreon.tiers import map_tiers
from tests.jobs.running import run_jobs
from tests.memberships.making import make_tier
from tests.stubs.patreon import CLIENT_ID, CLIENT_SECRET, PatreonStub

SITE = "http://testserver/"
RIVER, ROBIN, FERN = "91234567", "91234568", "91234569"


def point_at(patreon: PatreonStub, settings, monkeypatch) -> None:
    """The site talks to the stand-in, as fast as it can."""
    settings.PATREON_URL = patreon.url
    entry = {"provider": "patreon", "name": "", "client_id": CLIENT_ID, "secret": CLIENT_SECRET, "server_url": ""}
    settings.SIGN_IN_PROVIDERS = [entry]
    monkeypatch.setattr(conf, "PACE_S", 0.0)


def connect(patreon: PatreonStub, person, **token) -> PatreonCampaign:
    """With the creator's tokens; the first reading waits as a job."""
    pair = patreon.creator_token(**token)
    return connect_by_tokens(person=person, access=pair.access, refresh=pair.refresh, webhook_base=SITE)[0]


def tiers_for(campaign: PatreonCampaign) -> tuple[Tier, Tier]:
    """Silver is what Front row means, Gold is Backstage."""
    silver, gold = make_tier("Silver", 10, price_cents=300), make_tier("Gold", 30, price_cents=500)
    rows = {row.title: row.pk for row in campaign.tiers.all()}
    map_tiers(campaign=campaign, meanings={rows["Front row"]: silver.pk, rows["Backstage"]: gold.pk})
    return silver, gold


def link(person, user_id: str) -> SocialAccount:
    """As if this person had signed in by Patreon, without the signal of it."""
    return SocialAccount.objects.create(user=person, provider="patreon", uid=user_id, last_login=timezone.now())


def read_all(campaign: PatreonCampaign) -> None:
    """A sync by its job, and whatever else waits."""
    from apps.memberships.elsewhere import Cause
    from apps.memberships.services.patreon.sync import submit_sync

    submit_sync(campaign=campaign, cause=Cause.DEMAND)
    run_jobs()


def row_of(user_id: str) -> PatreonMember:
    return PatreonMember.objects.get(user_id=user_id)
