"""The site's client at Patreon, and what the site has decided of its members."""

from datetime import timedelta

from apps.accounts.signin.configured import configured_apps
from apps.core import site_settings
from apps.core.errors import Invalid
from apps.memberships.providers.patreon.oauth import App
from apps.memberships.providers.patreon.rules import Policy
from apps.memberships.services.patreon.people import PROVIDER
from apps.memberships.settings_offered import GRACE
from apps.memberships.sources_offered import PATREON_GIFTS, PATREON_TRIALS


def app_in_force() -> App | None:
    """The one that people sign in by: of the environment, else of the admin (sign-in services); None: nothing."""
    found = next((app for app in configured_apps() if app.provider == PROVIDER and app.client_id), None)
    return App(found.client_id, found.secret) if found else None


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
