"""Listening to accounts elsewhere that are linked and unlinked here."""

from typing import Any

from allauth.account.signals import user_logged_in, user_signed_up
from allauth.socialaccount.signals import (
    social_account_added,
    social_account_removed,
    social_account_updated,
)

from apps.memberships.services.patreon.link import linked


def by_login(*, sociallogin: Any = None, **_: Any) -> None:
    """Receiver of what carries a sign-in through another service: linked, used again, or how an account was made."""
    if sociallogin is not None:
        linked(sociallogin.account)


def by_account(*, socialaccount: Any, **_: Any) -> None:
    """Receiver of `social_account_removed`, which comes after the link is gone."""
    linked(socialaccount)


def listen() -> None:
    for signal in (social_account_added, social_account_updated, user_signed_up, user_logged_in):
        signal.connect(by_login, dispatch_uid="memberships.by_login")
    social_account_removed.connect(by_account, dispatch_uid="memberships.by_account")
