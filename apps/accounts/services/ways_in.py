"""How somebody can get into their account. Nothing that takes the last way away is done."""

from collections.abc import Iterable
from enum import StrEnum

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount

from apps.accounts.models import User
from apps.core.flags import Flag


class Way(StrEnum):
    PASSWORD = "password"  # noqa: S105 - a name
    CODE = "code"
    PASSKEY = "passkey"
    SERVICE = "service"


def should_advise_second_factor(person: object) -> bool:
    """Whether somebody operates the site with a password as all that guards it. One query for those who operate it."""
    operates = isinstance(person, User) and (person.lacks_second_factor or person.has_flag(Flag.OPERATE))
    return operates and not person.has_second_factor  # type: ignore[attr-defined]


def _has_passkey(person: User, without: int | None) -> bool:
    keys = Authenticator.objects.filter(user=person, type=Authenticator.Type.WEBAUTHN).exclude(pk=without)
    return any(key.wrap().is_passwordless for key in keys)


def ways_in(
    person: User,
    *,
    without_address: int | None = None,
    without_account: int | None = None,
    without_authenticator: int | None = None,
    offered: Iterable[str] | None = None,
) -> frozenset[Way]:
    """What would still open the account without the named rows; `offered` are the services that are configured now.

    Four queries at most. A code needs an address that is proved to be theirs.
    """
    ways = {Way.PASSWORD} if person.has_usable_password() else set()
    if EmailAddress.objects.filter(user=person, verified=True).exclude(pk=without_address).exists():
        ways.add(Way.CODE)
    if _has_passkey(person, without_authenticator):
        ways.add(Way.PASSKEY)
    services = SocialAccount.objects.filter(user=person).exclude(pk=without_account)
    if offered is not None:
        services = services.filter(provider__in=list(offered))
    if services.exists():
        ways.add(Way.SERVICE)
    return frozenset(ways)
