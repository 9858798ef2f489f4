"""Forms of the studio's pages of Patreon and Ko-fi."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django import forms

from apps.memberships.models import KofiTierName, PatreonTier, Tier
from apps.memberships.services.kofi.import_csv import LARGEST_BYTES

NOTHING = "nothing"


class TokensForm(forms.Form):
    access = forms.CharField(
        label="Creator’s access token", max_length=500, widget=forms.PasswordInput(attrs={"autocomplete": "off"})
    )
    refresh = forms.CharField(
        label="Creator’s refresh token",
        max_length=500,
        required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text="Without it the connection ends with the access token, after about a month.",
    )


class MeaningsForm(forms.Form):
    """One choice for each tier at Patreon, all of them to be made; the fields are called by the row's id."""

    def __init__(self, rows: Sequence[PatreonTier], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rows = rows
        choices = [(chosen or NOTHING, words) for chosen, words in tier_choices()]
        for row in rows:
            self.fields[str(row.pk)] = forms.ChoiceField(
                label=row.title or row.patreon_id,
                choices=choices,
                initial=str(row.tier_id or NOTHING),
            )

    def meanings(self) -> dict[UUID, UUID | None]:
        chosen = {row.pk: self.cleaned_data[str(row.pk)] for row in self.rows}
        return {pk: None if tier == NOTHING else UUID(tier) for pk, tier in chosen.items()}


class AccountForm(forms.Form):
    name = forms.CharField(max_length=120, help_text="As you call it, for example your page's name.")
    token = forms.CharField(
        label="Verification token",
        max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text="At ko-fi.com/manage/webhooks, under “Advanced”.",
    )


class ChangeAccountForm(AccountForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["token"].required = False
        self.fields["token"].help_text = "Empty: as it is. The one before counts until you forget it below."


class NameForm(forms.Form):
    """What a tier's name means. `name` is as Ko-fi writes it; empty for memberships without a tier."""

    name = forms.CharField(label="Name at Ko-fi", max_length=120, required=False)
    tier = forms.ChoiceField(label="Means here", required=False)
    annual = forms.BooleanField(label="Is paid by the year", required=False)

    def __init__(self, *args: Any, row: KofiTierName | None = None, **kwargs: Any) -> None:
        if row is not None:
            kwargs["initial"] = {"name": row.shown, "tier": str(row.tier_id or ""), "annual": row.annual}
            kwargs["prefix"] = kwargs.get("prefix") or ""
            kwargs["auto_id"] = f"id_{row.pk.hex[-8:]}_%s"
        super().__init__(*args, **kwargs)
        self.row = row
        field = self.fields["tier"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = tier_choices()
        if row is not None:
            self.fields["name"].widget = forms.HiddenInput()

    def tier_id(self) -> UUID | None:
        chosen = self.cleaned_data["tier"]
        return UUID(chosen) if chosen else None


class PersonForm(forms.Form):
    username = forms.CharField(label="User name", max_length=40)


class AddressForm(forms.Form):
    email = forms.EmailField(label="Their address at Ko-fi", max_length=254)


class PeriodForm(forms.Form):
    annual = forms.ChoiceField(
        choices=[("", "By the amount"), ("month", "A month"), ("year", "A year")], required=False
    )

    def value(self) -> bool | None:
        return {"month": False, "year": True}.get(self.cleaned_data["annual"])


class FileForm(forms.Form):
    file = forms.FileField(
        label="File",
        help_text="CSV, 5 MB at most, as Ko-fi's dashboard exports it.",
        widget=forms.FileInput(attrs={"accept": ".csv,text/csv"}),
        error_messages={"required": "Choose a file first.", "empty": "This file is empty."},
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > LARGEST_BYTES:
            raise forms.ValidationError("This file is larger than 5 MB: export a shorter time.")
        return file


def tier_choices() -> list[tuple[str, str]]:
    tiers = Tier.objects.filter(archived_at=None).order_by("rank", "title")
    return [("", "Nothing"), *((str(tier.pk), tier.title) for tier in tiers)]
