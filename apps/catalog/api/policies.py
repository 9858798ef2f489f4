"""Policies and decisions as the API tells and reads them."""

from collections.abc import Sequence
from typing import Any

from rest_framework import serializers

from apps.catalog.access import Decision, Reason, Verdict
from apps.catalog.enums import AudienceKind
from apps.catalog.policy import HIGHEST_RANK, LONGEST_PREVIEW_S, MOST_STEPS, MOST_TIERS
from apps.catalog.words import who_words
from apps.memberships.entitlements import TierFacts

_RANK: Any = {"min_value": 0, "max_value": HIGHEST_RANK, "required": False, "allow_null": True}
_LONGEST_NAME = 80
_TIERS = "Of tiers: their ids. To be set, slugs do as well."


def _tiers() -> serializers.ListField:
    return serializers.ListField(
        child=serializers.CharField(max_length=_LONGEST_NAME), required=False, max_length=MOST_TIERS, help_text=_TIERS
    )


class StepSerializer(serializers.Serializer[Any]):
    """From an instant on it is open for a rank (0: everyone), or for some tiers."""

    rank = serializers.IntegerField(**_RANK)
    tiers = _tiers()

    def get_fields(self) -> dict[str, Any]:
        return {**super().get_fields(), "from": serializers.DateTimeField()}


class PolicySerializer(serializers.Serializer[Any]):
    """Who may play something. Left out: public, no early access, no preview."""

    kind = serializers.ChoiceField(choices=AudienceKind.choices, required=False, default=AudienceKind.PUBLIC)
    rank = serializers.IntegerField(**_RANK, help_text="With `rank`: of this one and all above it; 0 is everyone.")
    tiers = _tiers()
    early_access = StepSerializer(many=True, required=False, max_length=MOST_STEPS)  # type: ignore[call-arg]
    preview_s = serializers.IntegerField(
        min_value=0,
        max_value=LONGEST_PREVIEW_S,
        required=False,
        default=0,
        help_text="How much of the beginning those may play for whom it is shut, in seconds.",
    )


class TierToldSerializer(serializers.Serializer[TierFacts]):
    """A tier that opens something. `price_cents` is a month, null where it is not told."""

    id = serializers.UUIDField()
    slug = serializers.CharField()
    title = serializers.CharField()
    rank = serializers.IntegerField()
    price_cents = serializers.IntegerField(allow_null=True)
    currency = serializers.CharField(allow_blank=True)


class OpeningSerializer(serializers.Serializer[Any]):
    """For whom it opens, and when; in words as well."""

    kind = serializers.ChoiceField(choices=AudienceKind.choices)
    rank = serializers.IntegerField()
    tiers = serializers.ListField(child=serializers.UUIDField())
    who = serializers.CharField()

    def get_fields(self) -> dict[str, Any]:
        return {**super().get_fields(), "from": serializers.DateTimeField()}


class DecisionSerializer(serializers.Serializer[Any]):
    """Whether somebody may play an item, and why. `why` says it in sentences."""

    verdict = serializers.ChoiceField(choices=[(str(each), str(each)) for each in Verdict])
    reason = serializers.ChoiceField(choices=[(str(each), str(each)) for each in Reason])
    tier = TierToldSerializer(allow_null=True, help_text="The cheapest that opens it.")
    tier_at = serializers.DateTimeField(allow_null=True, help_text="From when on it does; null: at once.")
    opens_at = serializers.DateTimeField(allow_null=True, help_text="When it opens for them as they are.")
    openings = OpeningSerializer(many=True, help_text="For whom it opens when, of what is shut.")
    preview_ms = serializers.IntegerField()
    why = serializers.ListField(child=serializers.CharField())


def told(decision: Decision, why: Sequence[str]) -> dict[str, Any]:
    """A decision as `DecisionSerializer` shows it."""
    openings = [
        {
            "kind": door.audience.kind,
            "rank": door.audience.rank,
            "tiers": sorted(door.audience.tiers),
            "who": who_words(door.audience),
            "from": door.opens_at,
        }
        for door in decision.openings
    ]
    facts = {name: getattr(decision, name) for name in ("tier", "tier_at", "opens_at", "preview_ms")}
    return {**facts, "verdict": decision.verdict, "reason": decision.reason, "openings": openings, "why": why}
