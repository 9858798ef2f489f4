"""Forms of signing in, signing up and the settings pages."""

from typing import Any

from allauth.account.forms import (
    AddEmailForm,
    ChangePasswordForm,
    LoginForm,
    ReauthenticateForm,
    ResetPasswordForm,
    ResetPasswordKeyForm,
    SetPasswordForm,
    SignupForm,
)
from django import forms

from apps.accounts.enums import USUAL_SCOPES, Scope

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
