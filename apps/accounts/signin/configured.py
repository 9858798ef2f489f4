"""Which services people may sign in with: what the environment names, then what staff configured in the admin."""

from allauth.socialaccount.models import SocialApp
from django.conf import settings
from django.urls import reverse

from apps.accounts.enums import Service
from apps.accounts.models import SignInProvider

# What the environment's OpenID Connect service is called in addresses; those of the admin have names of their own.
OIDC_OF_ENVIRONMENT = "oidc"
_NAMES = {service.value: service.label for service in Service}


def _from_environment() -> list[SocialApp]:
    apps = []
    for entry in settings.SIGN_IN_PROVIDERS:
        provider = entry["provider"]
        apps.append(
            _app(
                provider=provider,
                provider_id=OIDC_OF_ENVIRONMENT if provider == Service.OIDC else "",
                name=entry["name"] or _NAMES[provider],
                client_id=entry["client_id"],
                secret=entry["secret"],
                server_url=entry["server_url"],
            )
        )
    return apps


def _app(*, provider: str, provider_id: str, name: str, client_id: str, secret: str, server_url: str) -> SocialApp:
    """A row of allauth's that is never saved: its table would keep the secret as it is."""
    options = {"server_url": server_url} if provider == Service.OIDC else {}
    return SocialApp(
        provider=provider, provider_id=provider_id, name=name, client_id=client_id, secret=secret, settings=options
    )


def configured_apps() -> list[SocialApp]:
    """In the order in which they are offered; one query. A service has one entry, OpenID Connect one for each server."""
    apps = _from_environment()
    taken = {app.provider_id or app.provider for app in apps}
    for row in SignInProvider.objects.filter(enabled=True):
        if row.key not in taken:
            apps.append(
                _app(
                    provider=row.provider,
                    provider_id=row.slug,
                    name=row.name or _NAMES[row.provider],
                    client_id=row.client_id,
                    secret=row.secret,
                    server_url=row.server_url,
                )
            )
    return apps


def offered_services() -> list[str]:
    """The names by which linked accounts refer to them (`SocialAccount.provider`)."""
    return [app.provider_id or app.provider for app in configured_apps()]


def callback_path(provider: str, slug: str) -> str:
    """What has to be registered at the service, without the site's own address."""
    if provider == Service.OIDC:
        return reverse("openid_connect_callback", kwargs={"provider_id": slug})
    return reverse(f"{provider}_callback")
