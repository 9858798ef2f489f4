"""Forms of signing in, signing up and the settings pages."""

import struct
from typing import Any

from allauth.account.forms import (
    AddEmailForm,
    ChangePasswordForm,
    ConfirmLoginCodeForm,
    LoginForm,
    ReauthenticateForm,
    RequestLoginCodeForm,
    ResetPasswordForm,
    ResetPasswordKeyForm,
    SetPasswordForm,
    SignupForm,
)
from allauth.account.internal.userkit import filter_users_by_email
from allauth.mfa.adapter import get_adapter as get_mfa_adapter
from allauth.mfa.base.forms import AuthenticateForm
from allauth.mfa.base.forms import ReauthenticateForm as ReauthenticateMfaForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import (
    AddWebAuthnForm,
    AuthenticateWebAuthnForm,
    EditWebAuthnForm,
    LoginWebAuthnForm,
    ReauthenticateWebAuthnForm,
)
from allauth.socialaccount.forms import SignupForm as SocialSignupForm
from cryptography.exceptions import InvalidSignature
from django import forms

from apps.accounts.enums import USUAL_SCOPES, Scope
from apps.accounts.services.addresses import owner_of_address
from apps.core import rates

_MEANINGS = {
    Scope.READ: "Read: see what you can see",
    Scope.UPLOAD: "Upload: send files",
    Scope.WRITE: "Write: change what is yours",
    Scope.PLAY: "Play: open streams",
    Scope.ADMIN: "Administer: everything that you may do",
}


class TokenForm(forms.Form):
    name = forms.CharField(max_length=80, help_text="Where you will use it, so that you know which one to revoke.")
    scopes = forms.MultipleChoiceField(
        label="It may",
        choices=[(scope.value, sentence) for scope, sentence in _MEANINGS.items()],
        widget=forms.CheckboxSelectMultiple(attrs={"class": "choices"}),
        initial=list(USUAL_SCOPES),
        error_messages={"required": "Choose at least one thing that the token may do."},
    )


def _plain(form: forms.Form, **labels: str) -> None:
    """Our labels, and no placeholders that repeat them."""
    for name, field in form.fields.items():
        field.label = labels.get(name, field.label)
        field.widget.attrs.pop("placeholder", None)


class SignInForm(LoginForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _plain(self, login="User name or e-mail", remember="Keep me signed in")


class SignUpForm(SignupForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _plain(self, email="E-mail", username="User name", password2="Password, once more")


class ForgottenForm(ResetPasswordForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _plain(self, email="E-mail")


class NewEmailForm(AddEmailForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _plain(self, email="E-mail")


_NEW_PASSWORD = {"password1": "New password", "password2": "New password, once more"}


class PasswordForm(ChangePasswordForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _plain(self, oldpassword="The password that you have", **_NEW_PASSWORD)


class FirstPasswordForm(SetPasswordForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _plain(self, password1="Password", password2="Password, once more")


class NewPasswordForm(ResetPasswordKeyForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _plain(self, **_NEW_PASSWORD)


class StillYouForm(ReauthenticateForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _plain(self)


class CodeForm(RequestLoginCodeForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _plain(self, email="E-mail")

    def clean_email(self) -> str:
        """Whom the code will sign in is decided by who owns the address, not by who wrote it down."""
        email = str(super().clean_email())
        rates.check("code_to", rates.Caller(f"mail:{email.lower()}", visitor=True))
        self._user = owner_of_address(email)
        return email


def _for_codes(form: forms.Form, label: str = "Code") -> None:
    _plain(form, code=label)
    form.fields["code"].widget.attrs.update(autocomplete="one-time-code", inputmode="numeric", autofocus=True)


class EnterCodeForm(ConfirmLoginCodeForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _for_codes(self, "The six digits")


class SecondFactorForm(AuthenticateForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _for_codes(self)


class SecondFactorAgainForm(ReauthenticateMfaForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _for_codes(self)


class AppForm(ActivateTOTPForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _for_codes(self, "The code that the app shows")


# What reading a credential raises that no device has made: CBOR and COSE in pieces, keys that are missing.
MALFORMED_KEY = (KeyError, IndexError, TypeError, ValueError, AttributeError, struct.error, InvalidSignature)


class _CredentialMixin:
    """Reading a key's answer never crashes, whatever was sent in its place."""

    def clean_credential(self) -> Any:
        try:
            return super().clean_credential()  # type: ignore[misc]
        except MALFORMED_KEY as error:
            raise get_mfa_adapter().validation_error("incorrect_code") from error


class KeyForm(_CredentialMixin, AuthenticateWebAuthnForm):  # type: ignore[misc]
    """A key as the second factor."""


class KeyAgainForm(_CredentialMixin, ReauthenticateWebAuthnForm):  # type: ignore[misc]
    """A key, to prove that it is still them."""


class PasskeyForm(_CredentialMixin, LoginWebAuthnForm):  # type: ignore[misc]
    """A passkey that signs in by itself."""


class NewKeyForm(AddWebAuthnForm):  # type: ignore[misc]
    """`passwordless` makes it a passkey: it signs in by itself, and so asks for a fingerprint, a face or a PIN."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _plain(self, name="What you call it", passwordless="Sign in with it alone, without a password")
        self.fields["name"].max_length = 60
        self.fields["passwordless"].initial = True
        self.fields["passwordless"].help_text = "Your device then asks for your fingerprint, your face or a PIN."

    def clean(self) -> dict[str, Any]:
        try:
            told: dict[str, Any] = super().clean()
        except MALFORMED_KEY as error:
            raise get_mfa_adapter().validation_error("incorrect_code") from error
        return told


class KeyNameForm(EditWebAuthnForm):  # type: ignore[misc]
    name = forms.CharField(label="What you call it", max_length=60)


class FinishForm(SocialSignupForm):  # type: ignore[misc]
    """What is still missing after another service told who it is. `taken`: the address that it told, if it is somebody's."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _plain(self, email="E-mail", username="User name")
        told = str(self.initial.get("email") or "")
        self.taken = told if told and filter_users_by_email(told) else ""
        if self.taken:
            self.initial["email"] = ""
