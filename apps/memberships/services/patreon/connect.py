"""Connecting a creator's campaign, and letting go of it."""

from contextlib import suppress

from django.db import transaction
from django.utils import timezone

from apps.accounts.models import User
from apps.accounts.services.activity import record
from apps.core.errors import AppError, Conflict, Invalid
from apps.memberships.elsewhere import Cause, Link
from apps.memberships.models import PatreonCampaign
from apps.memberships.permissions_of_sources import can_map, check_connect
from apps.memberships.providers.patreon import oauth, wire
from apps.memberships.providers.patreon.documents import CAMPAIGN_QUERY, CampaignFacts, campaigns_of
from apps.memberships.providers.patreon.errors import Away, BadGrant, PatreonError, Refused, Unauthorized
from apps.memberships.providers.patreon.oauth import Pair
from apps.memberships.services.patreon.app import the_app
from apps.memberships.services.patreon.asking import Asker
from apps.memberships.services.patreon.sync import submit_sync
from apps.memberships.services.patreon.tiers import store_campaign
from apps.memberships.services.patreon.tokens import keep

_MOST_CAMPAIGNS = (
    1  # a pair of tokens is one row's: its refresh token works once, and Patreon gives a creator one campaign
)


class PatreonAway(AppError):
    code = "patreon_away"
    status = 503


def connect_by_code(*, person: User, code: str, redirect_uri: str, webhook_base: str) -> list[PatreonCampaign]:
    """After the creator has allowed it. Raises Invalid or PatreonAway with a sentence for them."""
    check_connect(person)
    app = the_app()
    try:
        pair = oauth.by_code(app, code=code, redirect_uri=redirect_uri)
    except BadGrant as error:
        raise Invalid("Patreon's answer was used before, or came too late. Begin again.") from error
    except PatreonError as error:
        raise _told(error) from error
    return _connect(person, pair, webhook_base)


def connect_by_tokens(*, person: User, access: str, refresh: str, webhook_base: str) -> list[PatreonCampaign]:
    """With the creator's tokens of Patreon's page of clients. A stale access token is renewed at once, where it can be."""
    check_connect(person)
    pair = Pair(access.strip(), refresh.strip())
    try:
        return _connect(person, pair, webhook_base)
    except Unauthorized as stale:
        try:
            pair = oauth.by_refresh(the_app(), refresh=pair.refresh)
        except BadGrant as error:
            raise Invalid("Patreon accepts neither of these tokens. Copy both again.") from error
        except PatreonError as error:
            raise _told(error) from stale
    try:
        return _connect(person, pair, webhook_base)
    except Unauthorized as error:
        raise Invalid("Patreon accepts neither of these tokens. Copy both again.") from error


def disconnect(*, person: User, campaign: PatreonCampaign) -> None:
    """Reads there no more and forgets the tokens. What people have they keep until it ends."""
    if campaign.link == Link.CONNECTED and campaign.webhook_id:
        with suppress(PatreonError):  # an orphan's messages are refused: its secret is forgotten below
            Asker(campaign.pk).remove_hook(campaign.webhook_id)
    with transaction.atomic():
        row = PatreonCampaign.objects.select_for_update().get(pk=campaign.pk)
        row.link, row.trouble = Link.ENDED, ""
        row.access_token = row.refresh_token = row.webhook_secret = row.webhook_id = ""
        row.save()
        record("patreon.disconnected", actor=person, campaign=row.campaign_id)


def _connect(person: User, pair: Pair, webhook_base: str) -> list[PatreonCampaign]:
    """Raises Unauthorized where the token is stale."""
    try:
        found = list(campaigns_of(wire.call("GET", "/campaigns", pair.access, params=CAMPAIGN_QUERY)))
    except Unauthorized:
        raise
    except PatreonError as error:
        raise _told(error) from error
    if not found:
        raise Invalid("This account at Patreon has no campaign. Sign in there as the creator.")
    return [_store(person, pair, facts, webhook_base) for facts in found[:_MOST_CAMPAIGNS]]


@transaction.atomic
def _store(person: User, pair: Pair, facts: CampaignFacts, webhook_base: str) -> PatreonCampaign:
    made = {"name": facts.name, "owner": person, "access_token": pair.access, "refresh_token": pair.refresh}
    campaign, _ = PatreonCampaign.objects.get_or_create(campaign_id=facts.id, defaults=made)
    campaign = PatreonCampaign.objects.select_for_update().get(pk=campaign.pk)
    if campaign.owner_id not in {None, person.pk} and campaign.link == Link.CONNECTED and not can_map(person):
        raise Conflict("Somebody else has connected this campaign here already.")
    if campaign.owner_id is None or campaign.link != Link.CONNECTED:
        campaign.owner = person
    campaign.webhook_uri = f"{webhook_base.rstrip('/')}/webhooks/patreon/{campaign.webhook_key}/"
    campaign.save()
    keep(campaign, pair, now=timezone.now())
    store_campaign(campaign=campaign, facts=facts)
    record("patreon.connected", actor=person, campaign=facts.id)
    campaign.refresh_from_db()
    submit_sync(campaign=campaign, cause=Cause.CONNECTED)
    return campaign


def _told(error: PatreonError) -> AppError:
    """What went wrong, for the creator."""
    if isinstance(error, Away):
        return PatreonAway("Patreon does not answer as it should just now. Try again in a few minutes.")
    if isinstance(error, Refused):
        return Invalid(
            f"Patreon refuses this: {str(error)[:120]}. Check the site's client id, its secret and its scopes."
        )
    return Invalid("Patreon does not accept this. Begin again.")
