"""Forms of the settings pages. What a field may hold is said by the services; here are the words around it."""

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.utils import timezone

from apps.accounts.enums import Audience
from apps.accounts.forms import TokenForm
from apps.accounts.names import LONGEST, LONGEST_BIO, LONGEST_DISPLAY
from apps.accounts.services.profile import zones
from apps.core.errors import AppError


class ToldForm(forms.Form):
    """A form that shows what a service refused at the fields that it was about."""

    def refuse(self, error: AppError) -> None:
        for name, sentences in (error.fields or {"": [error.message]}).items():
            self.add_error(name if name in self.fields else None, sentences)


class UserNameForm(ToldForm):
    username = forms.CharField(
        label="User name",
        max_length=LONGEST,
        help_text="It signs you in, and is the address of your profile: the old address leads nowhere then.",
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}),
    )


class ProfileForm(ToldForm):
    display_name = forms.CharField(
        label="Name",
        max_length=LONGEST_DISPLAY,
        required=False,
        help_text="What others call you; without one, your user name.",
        widget=forms.TextInput(attrs={"autocomplete": "nickname"}),
    )
    bio = forms.CharField(
        label="About you", max_length=LONGEST_BIO, required=False, widget=forms.Textarea(attrs={"rows": 4})
    )
    time_zone = forms.ChoiceField(label="Time zone", required=False)
    language = forms.ChoiceField(
        label="Language",
        required=False,
        help_text="How dates and numbers are written. The site itself speaks English for now.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        browsers = ("", "As my browser says")
        self.fields["time_zone"].choices = [browsers, *((zone, zone.replace("_", " ")) for zone in zones())]  # type: ignore[attr-defined]
        self.fields["language"].choices = [browsers, *settings.LANGUAGES]  # type: ignore[attr-defined]


class PrivacyForm(ToldForm):
    profile_seen_by = forms.ChoiceField(
        label="Who may see your profile",
        choices=Audience.choices,
        widget=forms.RadioSelect(attrs={"class": "choices"}),
        help_text="What you publish has its own settings: it stays where it is.",
    )


class LeaveForm(ToldForm):
    """With a password for whoever has one; the others have just signed in."""

    password = forms.CharField(
        label="Your password", widget=forms.PasswordInput(attrs={"autocomplete": "current-password"})
    )
    sure = forms.BooleanField(label="Yes, delete my account", error_messages={"required": "Tick this if you mean it."})

    def __init__(self, *args: Any, with_password: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not with_password:
            del self.fields["password"]


_LASTS = {"": "Until it is revoked", "30": "30 days", "90": "90 days", "365": "A year"}


class LastingForm(ToldForm):
    lasts = forms.ChoiceField(label="It works for", required=False, choices=list(_LASTS.items()))

    def expires_at(self) -> datetime | None:
        days = self.cleaned_data["lasts"]
        return timezone.now() + timedelta(days=int(days)) if days else None


class AccessTokenForm(TokenForm, LastingForm):
    field_order = ("name", "scopes", "lasts")


class AppPasswordForm(LastingForm):
    name = forms.CharField(max_length=80, help_text="The app, and the device that it is on.")
    field_order = ("name", "lasts")
