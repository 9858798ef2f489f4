"""Forms of the studio."""

from typing import Any

from django import forms
from django.utils import timezone

from apps.accounts.reasons import LONGEST as LONGEST_REASON
from apps.catalog.models import Item
from apps.catalog.services.choose_cover import MOST_BYTES
from apps.catalog.services.create import LONGEST_TITLE
from apps.web.services.avatar import MOST_BYTES as MOST_AVATAR_BYTES


class Instant(forms.DateTimeInput):
    """Date and time to the second, as browsers ask for them, in the time zone that is active."""

    input_type = "datetime-local"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%dT%H:%M:%S", attrs={"step": 1})


class ItemForm(forms.Form):
    title = forms.CharField(max_length=LONGEST_TITLE)
    published = forms.BooleanField(
        required=False, label="Published", help_text="Otherwise only you and those who run this site see it."
    )
    published_at = forms.DateTimeField(
        required=False,
        label="From when on",
        help_text="Empty: at once. Early access may open it before.",
        widget=Instant(),
    )
    downloads = forms.BooleanField(
        required=False, label="May be kept as a file", help_text="By those whose tier has downloads."
    )

    def changes(self, item: Item) -> dict[str, Any]:
        """As `edit_item` takes them: what is published already keeps its instant, unless another one is given."""
        words = {name: self.cleaned_data[name] for name in ("title", "downloads")}
        if not self.cleaned_data["published"]:
            return words if item.published_at is None else {**words, "published_at": None}
        at = self.cleaned_data["published_at"]
        if at is None or (item.published_at is not None and at == item.published_at.replace(microsecond=0)):
            at = item.published_at or timezone.now()
        return words if at == item.published_at else {**words, "published_at": at}


class CoverForm(forms.Form):
    picture = forms.FileField(
        label="Picture",
        help_text="PNG, JPEG or WebP, 10 MB at most. Wide ones fit best.",
        widget=forms.FileInput(attrs={"accept": "image/png,image/jpeg,image/webp"}),
        error_messages={"required": "Choose a picture first.", "empty": "This file is empty."},
    )

    def clean_picture(self) -> object:
        picture = self.cleaned_data["picture"]
        if picture.size > MOST_BYTES:
            raise forms.ValidationError(f"A cover may have {MOST_BYTES >> 20} MB at most.")
        return picture


class AvatarForm(forms.Form):
    picture = forms.FileField(
        label="Picture",
        help_text="PNG, JPEG or WebP, 5 MB at most. Its middle is shown.",
        widget=forms.FileInput(attrs={"accept": "image/png,image/jpeg,image/webp"}),
        error_messages={"required": "Choose a picture first.", "empty": "This file is empty."},
    )

    def clean_picture(self) -> object:
        picture = self.cleaned_data["picture"]
        if picture.size > MOST_AVATAR_BYTES:
            raise forms.ValidationError(f"A picture may have {MOST_AVATAR_BYTES >> 20} MB at most.")
        return picture


class ReasonForm(forms.Form):
    """Why staff do something to somebody."""

    reason = forms.CharField(max_length=LONGEST_REASON, label="Why", help_text="It is kept in the activity.")


class RenewForm(forms.Form):
    """`rung`: the names of rungs, none for all. `piece`: its number from 1 on, none for all."""

    rung = forms.CharField(max_length=32, required=False)
    piece = forms.IntegerField(min_value=1, required=False)
