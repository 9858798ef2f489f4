"""Forms of memberships: what staff fill in."""

from datetime import datetime, time
from decimal import Decimal
from typing import Any

from django import forms
from django.utils import timezone

from apps.memberships.conf import BENEFITS_MOST, GIFT_DAYS_MOST
from apps.memberships.models import Tier
from apps.memberships.services.complimentary import PERIOD_WORDS, end_of

_GB = 1 << 30  # as sizes are shown everywhere
_LONGEST_BENEFIT = 160


class DayField(forms.DateField):
    """A day of the site's time zone; its value is the day's last instant as `datetime`."""

    widget = forms.DateInput(attrs={"type": "date"})

    def clean(self, value: Any) -> Any:
        day = super().clean(value)
        return timezone.make_aware(datetime.combine(day, time(23, 59, 59))) if day else None


class PeriodForm(forms.Form):
    """How long: a period, or until a day."""

    period = forms.ChoiceField(label="How long", choices=list(PERIOD_WORDS.items()), initial="month")
    until = DayField(required=False, label="Until", help_text="Only for “Until a date”: through that day.")

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("period") == "date" and not cleaned.get("until") and not self.has_error("until"):
            self.add_error("until", "Say until when.")
        return cleaned

    def end_from(self, instant: datetime) -> datetime | None:
        period = self.cleaned_data["period"]
        until: datetime | None = self.cleaned_data["until"]
        return until if period == "date" else end_of(period, instant)


class GiveForm(PeriodForm):
    tier = forms.ModelChoiceField(queryset=Tier.objects.none(), empty_label=None)
    reason = forms.CharField(max_length=300, help_text="For staff and for the person.")
    field_order = ("tier", "period", "until", "reason")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["tier"].queryset = Tier.objects.in_use()  # type: ignore[attr-defined]


class ExtendForm(PeriodForm):
    """Another end, from now or from the end that there is, whichever is later."""


class FindForm(forms.Form):
    person = forms.CharField(max_length=254, label="Give to", help_text="User name or e-mail address.")


class GiftForm(forms.Form):
    tier = forms.ModelChoiceField(queryset=Tier.objects.none(), empty_label=None)
    days = forms.IntegerField(min_value=1, max_value=GIFT_DAYS_MOST, initial=30, label="For how many days")
    recipient_email = forms.EmailField(
        required=False, label="Send to", help_text="Without an address you get a link to send on."
    )
    message = forms.CharField(required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 3}))
    deliver_on = forms.DateTimeField(
        required=False,
        label="When",
        help_text="When the mail goes out; empty: now.",
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"],
    )
    claim_until = DayField(required=False, label="Claim until", help_text="Empty: 90 days.")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["tier"].queryset = Tier.objects.in_use()  # type: ignore[attr-defined]

    @property
    def gift(self) -> dict[str, Any]:
        """As `make_gift` takes it."""
        said = dict(self.cleaned_data)
        instants = {"deliver_at": said.pop("deliver_on"), "expires_at": said.pop("claim_until")}
        return {**said, **instants}


class BenefitsField(forms.CharField):
    """A sentence a line."""

    widget = forms.Textarea(attrs={"rows": 6})

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def clean(self, value: Any) -> Any:
        lines = [line.strip() for line in super().clean(value).splitlines() if line.strip()]
        if len(lines) > BENEFITS_MOST:
            raise forms.ValidationError(f"{BENEFITS_MOST} lines at most.")
        if any(len(line) > _LONGEST_BENEFIT for line in lines):
            raise forms.ValidationError(f"{_LONGEST_BENEFIT} characters a line at most.")
        return lines


class TierForm(forms.Form):
    title = forms.CharField(max_length=80)
    summary = forms.CharField(required=False, max_length=500, help_text="A sentence or two below the title.")
    benefits = BenefitsField(required=False, max_length=4000, help_text="A sentence a line.")
    price = forms.DecimalField(
        required=False,
        min_value=0,
        max_value=Decimal(20_000_000),
        decimal_places=2,
        help_text="A month; paid elsewhere.",
    )
    currency = forms.RegexField(r"^[A-Za-z]{3}$", required=False, max_length=3, help_text="Three letters, as EUR.")
    join_url = forms.URLField(required=False, max_length=200, label="Where to join", assume_scheme="https")
    trial_days = forms.IntegerField(
        min_value=0, max_value=365, initial=0, label="Days to try it", help_text="0: it cannot be tried."
    )
    rank = forms.IntegerField(
        min_value=1,
        max_value=2**31 - 1,
        required=False,
        help_text="A higher rank opens what a lower one does. Empty: above all.",
    )
    listed = forms.BooleanField(required=False, initial=True, help_text="Shown to those who do not have it.")
    storage_gb = forms.DecimalField(
        required=False,
        min_value=0,
        max_value=Decimal(1_000_000_000),
        decimal_places=3,
        label="Room for uploads, in GB",
        help_text="Empty: as the site's setting says.",
    )
    largest_height = forms.IntegerField(
        required=False,
        min_value=1,
        max_value=100_000,
        label="Largest picture, in lines",
        help_text="As 1080. Empty: no limit.",
    )
    jobs_at_once = forms.IntegerField(
        required=False,
        min_value=1,
        max_value=1000,
        label="Jobs at once",
        help_text="In each queue. Empty: as the site's setting says.",
    )
    downloads = forms.BooleanField(required=False, label="Items may be kept as files")

    @classmethod
    def of(cls, tier: Tier) -> "TierForm":
        plain = ("title", "summary", "benefits", "currency", "join_url", "trial_days", "rank", "listed", "largest_height",
                 "jobs_at_once", "downloads")  # fmt: skip
        initial = {name: getattr(tier, name) for name in plain}
        if tier.price_cents is not None:
            initial["price"] = Decimal(tier.price_cents) / 100
        if tier.storage_bytes is not None:
            initial["storage_gb"] = (Decimal(tier.storage_bytes) / _GB).normalize()
        return cls(initial=initial)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("price") is not None and not cleaned.get("currency") and not self.has_error("currency"):
            self.add_error("currency", "A price needs its currency.")
        return cleaned

    @property
    def tier(self) -> dict[str, Any]:
        """As `create_tier` and `change_tier` take it."""
        said = dict(self.cleaned_data)
        price, room = said.pop("price"), said.pop("storage_gb")
        said["price_cents"] = None if price is None else int(price * 100)
        said["storage_bytes"] = None if room is None else int(room * _GB)
        if said["rank"] is None:
            del said["rank"]
        return said
