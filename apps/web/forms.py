"""Forms of the studio."""

from typing import Any

from django import forms
from django.utils import timezone

from apps.accounts.reasons import LONGEST as LONGEST_REASON
from apps.catalog.enums import Policy
from apps.catalog.models import Item
from apps.catalog.services.choose_cover import MOST_BYTES
from apps.catalog.services.create import LONGEST_TITLE
from apps.web.services.avatar import MOST_BYTES as MOST_AVATAR_BYTES


class ItemForm(forms.Form):
    title = forms.CharField(max_length=LONGEST_TITLE)
    policy = forms.ChoiceField(label="Who may play it", choices=Policy.choices)
    published = forms.BooleanField(
        required=False, label="Published", help_text="Otherwise only you and those who run this site see it."
    )

    def changes(self, item: Item) -> dict[str, Any]:
        """As `edit_item` takes them: what is published already keeps its instant."""
        words = {name: self.cleaned_data[name] for name in ("title", "policy")}
        published = self.cleaned_data["published"]
        if published == (item.published_at is not None):
            return words
        return {**words, "published_at": timezone.now() if published else None}


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
