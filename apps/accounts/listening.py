"""What happens around signing in, heard from allauth and Django: noted, passed on, and felt by open sockets."""

from typing import Any

from allauth.account import signals as account
from allauth.account.models import EmailAddress
from allauth.account.utils import user_email
from allauth.mfa import signals as mfa
from allauth.socialaccount import signals as social
from django.contrib.auth import signals as auth
from django.dispatch import Signal
from django.http import HttpRequest

from apps.accounts.models import User
from apps.accounts.services import activity
from apps.accounts.services.addresses import owner_of_address, reclaim
from apps.accounts.services.sessions import end_other_sessions, session_over
from apps.accounts.signals import email_proved


def _signed_in(*, request: HttpRequest, user: User, sociallogin: Any = None, **_: Any) -> None:
    way = {"way": "service", "service": sociallogin.account.provider} if sociallogin else {"way": _way_of(request)}
    activity.record("sign_in.done", actor=user, subject=user, request=request, **way)
    if sociallogin:
        _prove_addresses(user)


def _way_of(request: HttpRequest) -> str:
    """The first thing that was shown in this sign-in: password, code, mfa (a passkey)."""
    records = request.session.get("account_authentication_methods") or [{}]
    return str(records[0].get("method", ""))


def _prove_addresses(person: User) -> None:
    """A service that proves addresses has just done so again."""
    for email in EmailAddress.objects.filter(user=person, verified=True).values_list("email", flat=True):
        email_proved.send(User, person=person, email=email.lower())


def _failed(*, credentials: dict[str, Any], request: HttpRequest | None = None, **_: Any) -> None:
    """What was typed as a name is not kept: it may be a password."""
    name = str(credentials.get("email") or credentials.get("username") or "")[:254]
    person = owner_of_address(name) if "@" in name else User.objects.filter(username__iexact=name).first()
    activity.record("sign_in.failed", subject=person, request=request, way="password")


def _signed_out(*, request: HttpRequest, user: User | None, **_: Any) -> None:
    """Django says so before the session is gone. It goes now, so that the sockets that ask find it gone."""
    if user is None:
        return
    activity.record("sign_out", actor=user, subject=user, request=request)
    session_over(person=user, session=request.session)


def _step(*, user: User, method: str, email: str | None = None, **_: Any) -> None:
    """A code has proved an address, before allauth marks it so. If it was not proved, the account begins anew."""
    if method != "code" or not email:
        return
    if EmailAddress.objects.filter(user=user, email=email.lower(), verified=True).exists():
        email_proved.send(User, person=user, email=email.lower())
    else:
        reclaim(person=user)
        EmailAddress.objects.get_or_create(user=user, email=email.lower(), defaults={"primary": True})


def _email_confirmed(*, request: HttpRequest, email_address: EmailAddress, **_: Any) -> None:
    person, email = email_address.user, email_address.email.lower()
    activity.record("email.proved", actor=person, subject=person, request=request, email=email)
    email_proved.send(User, person=person, email=email)


def _email_changed(*, request: HttpRequest, user: User, to_email_address: EmailAddress, **_: Any) -> None:
    """allauth writes the primary address onto the person; this holds where it did so on another copy of the row."""
    if user.email.lower() != to_email_address.email.lower():
        user_email(user, to_email_address.email, commit=True)
    activity.record("email.primary", actor=user, subject=user, request=request, email=to_email_address.email)


def _password_changed(*, request: HttpRequest, user: User, **_: Any) -> None:
    """A new password leaves no other place signed in (their sessions do not fit it any more), sockets included."""
    activity.record("password.changed", actor=user, subject=user, request=request)
    end_other_sessions(person=user, current_key=request.session.session_key)


def _noted(action: str) -> Any:
    """A receiver that only notes `action`, and with it whatever of this it was told."""

    def receiver(*, request: HttpRequest | None = None, user: User | None = None, **told: Any) -> None:
        details: dict[str, Any] = {}
        if authenticator := told.get("authenticator"):
            details["kind"] = str(authenticator.type)
        if address := told.get("email_address"):
            details["email"] = address.email
        if account_row := told.get("socialaccount"):
            details["service"] = account_row.provider
            user = user or account_row.user
        if login := told.get("sociallogin"):
            details["service"] = login.account.provider
            user = user or login.user
        activity.record(action, actor=user, subject=user, request=request, **details)

    return receiver


_RECEIVERS: tuple[tuple[Signal, Any], ...] = (
    (account.user_logged_in, _signed_in),
    (auth.user_login_failed, _failed),
    (auth.user_logged_out, _signed_out),
    (account.authentication_step_completed, _step),
    (account.email_confirmed, _email_confirmed),
    (account.email_changed, _email_changed),
    (account.password_changed, _password_changed),
    (account.password_set, _password_changed),
    (account.password_reset, _password_changed),
    (account.user_signed_up, _noted("account.made")),
    (account.email_added, _noted("email.added")),
    (account.email_removed, _noted("email.removed")),
    (account.login_code_rejected, _noted("sign_in.failed")),
    (mfa.authenticator_added, _noted("second_factor.added")),
    (mfa.authenticator_removed, _noted("second_factor.removed")),
    (mfa.authenticator_reset, _noted("second_factor.renewed")),
    (mfa.authentication_failed, _noted("sign_in.failed")),
    (social.social_account_added, _noted("service.linked")),
    (social.social_account_removed, _noted("service.unlinked")),
)


def listen() -> None:
    """Called once, when the app is ready."""
    for signal, receiver in _RECEIVERS:
        signal.connect(receiver, weak=False, dispatch_uid=f"accounts.{id(signal)}")
