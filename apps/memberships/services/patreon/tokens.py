"""The pair of tokens of a campaign. A refresh token works once, so whoever uses it holds the campaign's row meanwhile.

A failed answer never replaces a pair. A pair that Patreon does not take any more ends the connection, and its creator and
the staff are told.
"""

import logging
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from apps.jobs.services.alerts import raise_alert
from apps.memberships.elsewhere import Link
from apps.memberships.kinds import SOURCE_LOST
from apps.memberships.models import PatreonCampaign
from apps.memberships.providers.patreon import conf, oauth
from apps.memberships.providers.patreon.errors import Away, BadGrant, Unauthorized
from apps.memberships.providers.patreon.oauth import Pair
from apps.memberships.services.patreon.app import app_in_force
from apps.memberships.services.staff import managers, tell

_logger = logging.getLogger(__name__)
_LOST = "Patreon does not accept this site's access any more. Connect the campaign again."


def good_token(campaign_id: UUID) -> str:
    """An access token that is not past half of its life, refreshed if it is. Raises Unauthorized where there is none.

    While Patreon is away an older one is used as long as it lives.
    """
    campaign = PatreonCampaign.objects.get(pk=campaign_id)
    if campaign.link != Link.CONNECTED or not campaign.access_token:
        raise Unauthorized("this campaign is not connected")
    now = timezone.now()
    if now < _half_of_life(campaign):
        return campaign.access_token
    try:
        return renewed(campaign_id, instead_of=campaign.access_token)
    except Away:
        if campaign.token_expires_at is None or now < campaign.token_expires_at:
            return campaign.access_token
        raise


def renewed(campaign_id: UUID, *, instead_of: str) -> str:
    """The token that comes after `instead_of`: what another process has fetched meanwhile, else a new one.

    Raises Away (the pair stays as it is), or Unauthorized after the connection was noted as lost.
    """
    with transaction.atomic():
        campaign = PatreonCampaign.objects.select_for_update().get(pk=campaign_id)
        if campaign.link != Link.CONNECTED:
            raise Unauthorized("this campaign is not connected")
        if campaign.access_token != instead_of:
            return campaign.access_token
        app = app_in_force()
        refused = "there is no app or no refresh token"
        if app is not None and campaign.refresh_token:
            try:
                pair = oauth.by_refresh(app, refresh=campaign.refresh_token)
            except BadGrant as error:
                refused = str(error)
            else:
                keep(campaign, pair)
                return pair.access
        lose(campaign, refused)
    raise Unauthorized(refused)


def keep(campaign: PatreonCampaign, pair: Pair, *, now: datetime | None = None) -> None:
    """Writes both at once. The caller holds the row."""
    now = now or timezone.now()
    campaign.access_token, campaign.refresh_token = pair.access, pair.refresh
    campaign.token_issued_at = now
    campaign.token_expires_at = now + timedelta(seconds=pair.expires_in_s) if pair.expires_in_s else None
    campaign.link, campaign.trouble = Link.CONNECTED, ""
    campaign.save(
        update_fields=[
            "access_token",
            "refresh_token",
            "token_issued_at",
            "token_expires_at",
            "link",
            "trouble",
            "updated_at",
        ]
    )


def lost(campaign_id: UUID, why: str) -> None:
    """Patreon refuses a token that it has just given out: there is nothing left to try."""
    with transaction.atomic():
        lose(PatreonCampaign.objects.select_for_update().get(pk=campaign_id), why)


def lose(campaign: PatreonCampaign, why: str) -> None:
    """Notes that the connection is lost and tells its creator and the staff, once. What people have they keep to its end."""
    if campaign.link != Link.CONNECTED:
        return
    campaign.link, campaign.trouble = Link.LOST, _LOST
    campaign.save(update_fields=["link", "trouble", "updated_at"])
    _logger.warning("The connection to Patreon campaign %s is lost: %s", campaign.campaign_id, why)
    raise_alert("patreon.disconnected", subject=str(campaign.pk), details={"campaign": campaign.name, "why": why[:200]})
    tell(
        [campaign.owner_id, *managers()],
        kind=SOURCE_LOST,
        text=f"The connection to “{campaign.name}” at Patreon was lost. Members keep what they have paid for.",
        url=reverse("patreon-campaign", args=[campaign.pk]),
        key=f"patreon:{campaign.pk}",
    )


def _half_of_life(campaign: PatreonCampaign) -> datetime:
    life_s: float = conf.USUAL_LIFE_S
    if campaign.token_expires_at is not None:
        life_s = (campaign.token_expires_at - campaign.token_issued_at).total_seconds()
    return campaign.token_issued_at + timedelta(seconds=life_s / 2)
