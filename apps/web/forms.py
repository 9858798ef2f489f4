"""Forms of the studio."""

from datetime import datetime
from typing import Any, cast

from django import forms
from django.http import QueryDict
from django.utils import timezone

from apps.accounts.reasons import LONGEST as LONGEST_REASON
from apps.catalog.access import Viewer
from apps.catalog.enums import CollectionKind
from apps.catalog.models import Collection, Item
from apps.catalog.services.choose_cover import MOST_BYTES
from apps.catalog.services.collections import LONGEST_SUMMARY
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
        at = instant_of(self.cleaned_data, item.published_at)
        return words if at == item.published_at else {**words, "published_at": at}


class CollectionForm(forms.Form):
    """`kind` and `parent` are chosen once, when it is made."""

    kind = forms.ChoiceField(choices=CollectionKind.choices)
    title = forms.CharField(max_length=LONGEST_TITLE)
    summary = forms.CharField(
        max_length=LONGEST_SUMMARY, required=False, label="About it", widget=forms.Textarea(attrs={"rows": 4})
    )
    parent = forms.ModelChoiceField(
        queryset=Collection.objects.none(), required=False, label="Series", help_text="Of a season."
    )
    published = forms.BooleanField(required=False, label="Published")
    published_at = forms.DateTimeField(
        required=False, label="From when on", help_text="Empty: at once.", widget=Instant()
    )

    def __init__(self, *args: Any, viewer: Viewer, **more: Any) -> None:
        super().__init__(*args, **more)
        series = Collection.objects.managed_by(viewer).filter(kind=CollectionKind.SERIES, trashed_at=None)
        self.fields["parent"].queryset = series.order_by("-id")[:200]  # type: ignore[attr-defined]

    @classmethod
    def of(cls, collection: Collection, viewer: Viewer, data: QueryDict | None = None) -> "CollectionForm":
        words = {name: getattr(collection, name) for name in ("kind", "title", "summary", "published_at")}
        form = cls(data, viewer=viewer, initial={**words, "published": collection.published_at is not None})
        for name in ("kind", "parent"):
            form.fields[name].disabled = True
        return form

    def said(self, collection: Collection | None) -> dict[str, Any]:
        """As the services take it: what is published already keeps its instant, unless another one is given."""
        words = {name: self.cleaned_data[name] for name in ("kind", "title", "summary", "parent")}
        known = collection.published_at if collection else None
        return {**words, "published_at": instant_of(self.cleaned_data, known)}


def instant_of(said: dict[str, Any], known: datetime | None) -> datetime | None:
    """When something is published, by the fields `published` and `published_at`; the latter to the second."""
    at = said["published_at"]
    if not said["published"]:
        return None
    if at is None or (known is not None and at == known.replace(microsecond=0)):
        return known or timezone.now()
    return cast("datetime", at)


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
