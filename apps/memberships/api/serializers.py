"""JSON shapes of memberships."""

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema_field, extend_schema_serializer
from rest_framework import serializers

from apps.memberships.conf import BENEFITS_MOST, GIFT_DAYS_MOST
from apps.memberships.entitlements import Entitlements
from apps.memberships.enums import Source
from apps.memberships.ladder import known_tiers
from apps.memberships.models import Gift, Grant, Tier

_WHOLE = 2**31 - 1
_SMALL = 2**15 - 1
_BIG = 2**63 - 1


class LimitsSerializer(serializers.Serializer[Any]):
    """Null: no limit of a tier's, so that the site's own setting holds. `largest_height` is in lines, as 1080."""

    storage_bytes = serializers.IntegerField(allow_null=True)
    largest_height = serializers.IntegerField(allow_null=True)
    downloads = serializers.BooleanField()
    jobs_at_once = serializers.IntegerField(allow_null=True)


class TierNameSerializer(serializers.Serializer[Any]):
    """A tier in a word."""

    id = serializers.UUIDField()
    slug = serializers.CharField()
    title = serializers.CharField()
    rank = serializers.IntegerField()


class EntitlementsSerializer(serializers.Serializer[Any]):
    """What the caller's live grants add up to. `in_grace`: what counts does so only until a grace is over."""

    tiers = serializers.SerializerMethodField()
    rank = serializers.IntegerField(help_text="The highest of them; 0: none.")
    limits = LimitsSerializer()
    in_grace = serializers.BooleanField()
    changes_at = serializers.DateTimeField(allow_null=True, help_text="When a grant begins or ends next.")

    @extend_schema_field(TierNameSerializer(many=True))
    def get_tiers(self, held: Entitlements) -> Any:
        return TierNameSerializer([tier for tier in known_tiers().values() if tier.id in held.tiers], many=True).data


class TierSerializer(serializers.ModelSerializer[Tier]):
    """A rung of membership. `price_cents` is a month's price, to be shown: it is paid where `join_url` leads."""

    limits = LimitsSerializer(read_only=True)
    join_url = serializers.CharField(read_only=True, help_text="Where people get it; empty where it is not said.")
    benefits = serializers.ListField(child=serializers.CharField(), read_only=True)

    class Meta:
        model = Tier
        fields: tuple[str, ...] = (
            "id", "slug", "title", "rank", "summary", "benefits", "price_cents", "currency", "join_url", "trial_days",
            "limits", "listed", "archived_at",
        )  # fmt: skip
        read_only_fields = fields


class TierChangeSerializer(serializers.Serializer[Any]):
    """What is not sent stays as it is."""

    title = serializers.CharField(max_length=80, required=False)
    slug = serializers.SlugField(max_length=80, required=False)
    rank = serializers.IntegerField(min_value=1, max_value=_WHOLE, required=False)
    summary = serializers.CharField(max_length=500, allow_blank=True, required=False)
    benefits = serializers.ListField(
        child=serializers.CharField(max_length=160),
        max_length=BENEFITS_MOST,
        required=False,
        help_text="A sentence each.",
    )
    price_cents = serializers.IntegerField(min_value=0, max_value=_WHOLE, allow_null=True, required=False)
    currency = serializers.RegexField(r"^[A-Za-z]{3}$|^$", max_length=3, allow_blank=True, required=False)
    join_url = serializers.URLField(max_length=200, allow_blank=True, required=False)
    trial_days = serializers.IntegerField(min_value=0, max_value=_SMALL, required=False)
    listed = serializers.BooleanField(required=False)
    storage_bytes = serializers.IntegerField(min_value=0, max_value=_BIG, allow_null=True, required=False)
    largest_height = serializers.IntegerField(min_value=1, max_value=_WHOLE, allow_null=True, required=False)
    downloads = serializers.BooleanField(required=False)
    jobs_at_once = serializers.IntegerField(min_value=1, max_value=_SMALL, allow_null=True, required=False)


class NewTierSerializer(TierChangeSerializer):
    """Without a rank it comes above all others; without a slug it gets one from its title."""

    title = serializers.CharField(max_length=80)


class PersonNameSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    username = serializers.CharField()
    name = serializers.CharField()


class GrantSerializer(serializers.ModelSerializer[Grant]):
    """A person's right to a tier between two instants. `counts`: it does now."""

    person = PersonNameSerializer(read_only=True)
    tier = TierNameSerializer(read_only=True)
    made_by = serializers.SerializerMethodField()
    counts = serializers.SerializerMethodField()

    class Meta:
        model = Grant
        fields: tuple[str, ...] = (
            "id", "person", "tier", "source", "source_ref", "state", "counts", "starts_at", "ends_at", "grace_until",
            "paused_at", "revoked_at", "reason", "made_by", "created_at", "updated_at",
        )  # fmt: skip
        read_only_fields = fields

    @extend_schema_field({"type": ["string", "null"], "description": "User name of whoever gave it."})
    def get_made_by(self, grant: Grant) -> str | None:
        return grant.made_by.username if grant.made_by else None

    def get_counts(self, grant: Grant) -> bool:
        return grant.counts_at(timezone.now())


class NewGrantSerializer(serializers.Serializer[Any]):
    person = serializers.CharField(max_length=60, help_text="Id or user name.")
    tier = serializers.CharField(max_length=80, help_text="Id or slug.")
    source = serializers.ChoiceField(  # type: ignore[assignment]
        choices=[(Source.STAFF.value, Source.STAFF.label)],
        default=Source.STAFF.value,
        help_text="The other sources are read from where they come from.",
    )
    starts_at = serializers.DateTimeField(required=False, allow_null=True, help_text="Null: now.")
    ends_at = serializers.DateTimeField(required=False, allow_null=True, help_text="Null: for good.")
    reason = serializers.CharField(max_length=300)


class GrantChangeSerializer(serializers.Serializer[Any]):
    ends_at = serializers.DateTimeField(required=False, allow_null=True, help_text="Null: for good.")
    reason = serializers.CharField(required=False, max_length=300, allow_blank=True)


@extend_schema_serializer(component_name="ChangeReason")
class ReasonSerializer(serializers.Serializer[Any]):
    reason = serializers.CharField(required=False, max_length=300, allow_blank=True)


class GiftSerializer(serializers.ModelSerializer[Gift]):
    """A gift without its link, which is told to whoever made it alone."""

    tier = TierNameSerializer(read_only=True)
    recipient_email = serializers.CharField(read_only=True, help_text="To whom it was mailed; empty: to nobody.")
    made_by = serializers.SerializerMethodField()
    claimed_by = serializers.SerializerMethodField()

    class Meta:
        model = Gift
        fields: tuple[str, ...] = (
            "id", "tier", "days", "state", "recipient_email", "message", "deliver_at", "delivered_at", "expires_at",
            "made_by", "claimed_by", "claimed_at", "created_at",
        )  # fmt: skip
        read_only_fields = fields

    @extend_schema_field({"type": ["string", "null"], "description": "User name."})
    def get_made_by(self, gift: Gift) -> str | None:
        return gift.made_by.username if gift.made_by else None

    @extend_schema_field({"type": ["string", "null"], "description": "User name."})
    def get_claimed_by(self, gift: Gift) -> str | None:
        return gift.claimed_by.username if gift.claimed_by else None


class MadeGiftSerializer(GiftSerializer):
    """The answer to whoever made it."""

    url = serializers.CharField(read_only=True, help_text="The link that whoever opens it first may claim.")

    class Meta(GiftSerializer.Meta):
        fields = (*GiftSerializer.Meta.fields, "url")
        read_only_fields = fields


class NewGiftSerializer(serializers.Serializer[Any]):
    tier = serializers.CharField(max_length=80, help_text="Id or slug.")
    days = serializers.IntegerField(min_value=1, max_value=GIFT_DAYS_MOST)
    recipient_email = serializers.EmailField(required=False, allow_blank=True, max_length=254)
    message = serializers.CharField(required=False, allow_blank=True, max_length=500)
    deliver_at = serializers.DateTimeField(required=False, allow_null=True, help_text="When the mail goes; null: now.")
    expires_at = serializers.DateTimeField(
        required=False, allow_null=True, help_text="Until when it can be claimed; null: 90 days."
    )


class ClaimSerializer(serializers.Serializer[Any]):
    token = serializers.CharField(max_length=100, help_text="The last part of the link.")
