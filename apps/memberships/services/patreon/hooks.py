"""The webhook of a campaign: made when it is connected, found again and revived with each sync."""

import logging

from apps.memberships.models import PatreonCampaign
from apps.memberships.providers.patreon.documents import HookFacts
from apps.memberships.providers.patreon.errors import Refused
from apps.memberships.services.patreon.asking import Asker

TRIGGERS = [
    "members:create",
    "members:update",
    "members:delete",
    "members:pledge:create",
    "members:pledge:update",
    "members:pledge:delete",
]
_logger = logging.getLogger(__name__)


def tend_hook(*, campaign: PatreonCampaign, asker: Asker) -> bool:
    """Sees to it that there is one, that it is ours and that it runs; returns whether it had been paused or had failed, so
    that messages may be missing. A creator who has not allowed webhooks is told on the campaign's page; the sync does without.
    """
    if not campaign.webhook_uri:
        return False
    try:
        found = next((hook for hook in asker.hooks() if hook.uri == campaign.webhook_uri), None)
        if found is None:
            _note(campaign, asker.make_hook(campaign.campaign_id, campaign.webhook_uri, TRIGGERS))
            return False
        ailing = found.paused or found.failures > 0
        if found.paused or not set(TRIGGERS) <= found.triggers:
            asker.change_hook(found.id, paused=False, triggers=TRIGGERS)
        _note(campaign, found)
    except Refused as error:
        _logger.warning("No webhook for Patreon campaign %s: %s", campaign.campaign_id, error)
        _trouble(campaign, "Patreon gives this site no webhook: connect the campaign again and allow it.")
        return False
    return ailing


def _note(campaign: PatreonCampaign, hook: HookFacts) -> None:
    campaign.webhook_id, campaign.webhook_trouble = hook.id, ""
    if hook.secret:
        campaign.webhook_secret = hook.secret
    campaign.save(update_fields=["webhook_id", "webhook_secret", "webhook_trouble", "updated_at"])


def _trouble(campaign: PatreonCampaign, sentence: str) -> None:
    campaign.webhook_trouble = sentence
    campaign.save(update_fields=["webhook_trouble", "updated_at"])
