"""What other services are called."""

from allauth.socialaccount.models import SocialAccount
from django import template

from apps.accounts.signin.configured import configured_apps

register = template.Library()


@register.filter
def service_name(account: SocialAccount) -> str:
    """As its button calls it; a service that is not offered any more keeps the name that it had in addresses."""
    names = {app.provider_id or app.provider: app.name for app in configured_apps()}
    return str(names.get(account.provider) or account.provider.replace("_", " ").title())
