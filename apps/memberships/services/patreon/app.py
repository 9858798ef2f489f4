"""The site's client at Patreon, and what the site has decided of its members."""

from datetime import timedelta

from django.conf import settings

from apps.core import site_settings
from apps.core.errors import Invalid
from apps.memberships.providers.patreon.oauth import App
from apps.memberships.providers.patreon.rules import Policy
from apps.memberships.settings_offered import GRACE
from apps.memberships.sources_offered import (
    PATREON_CLIENT_ID,
    PATREON_CLIENT_SECRET,
    PATREON_GIFTS,
    PATREON_TRIALS,
)


def app_in_force() -> App | None:
    """What the environment says, else what staff have set; None: nothing."""
    if settings.PATREON_CLIENT_ID:
        return App(settings.PATREON_CLIENT_ID, settings.PATREON_CLIENT_SECRET)
    client_id = str(site_settings.get(PATREON_CLIENT_ID))
    return App(client_id, str(site_settings.get(PATREON_CLIENT_SECRET))) if client_id else None


def the_app() -> App:
    """Raises Invalid where there is none."""
    found = app_in_force()
    if found is None:
        raise Invalid("This site has no app at Patreon yet: whoever runs it enters its client id and secret first.")
    return found


def policy_in_force() -> Policy:
    return Policy(
        grace=timedelta(seconds=int(site_settings.get(GRACE))),
        gifts=bool(site_settings.get(PATREON_GIFTS)),
        trials=bool(site_settings.get(PATREON_TRIALS)),
    )
