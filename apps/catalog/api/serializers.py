from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from apps.catalog.access import decide
from apps.catalog.enums import Policy
from apps.catalog.models import Item
from apps.catalog.permissions import can_edit_item


class LoudnessSerializer(serializers.Serializer[Any]):
    """`gain_db` is what a player adds so that everything of this kind sounds equally loud."""

    integrated_lufs = serializers.FloatField()
    range_lu = serializers.FloatField(allow_null=True)
    true_peak_dbtp = serializers.FloatField()
    gain_db = serializers.FloatField()


class ItemSerializer(serializers.ModelSerializer[Item]):
    """An item as its viewer may see it. Why it failed is told to those who may change it."""

    url = serializers.CharField(source="get_absolute_url", read_only=True)
    owner = serializers.SerializerMethodField()
    access = serializers.SerializerMethodField()
    trouble = serializers.SerializerMethodField()
    loudness = LoudnessSerializer(read_only=True, allow_null=True)

    class Meta:
        model = Item
        fields = (
            "id", "kind", "origin", "title", "slug", "url", "owner", "duration_ms", "loudness", "state",
            "trouble", "policy", "access", "published_at", "created_at",
        )  # fmt: skip
        read_only_fields = fields

    @extend_schema_field({"type": "string", "nullable": True, "description": "User name."})
    def get_owner(self, item: Item) -> str | None:
        return item.owner.username if item.owner else None

    @extend_schema_field({"type": "string", "enum": ["allow", "preview", "deny"]})
    def get_access(self, item: Item) -> str:
        return str(decide(self.context["viewer"], item.subject, timezone.now()).verdict)

    @extend_schema_field({"type": "string"})
    def get_trouble(self, item: Item) -> str:
        return item.trouble if can_edit_item(self.context["viewer"], item) else ""


class ItemChangeSerializer(serializers.Serializer[Any]):
    title = serializers.CharField(required=False, max_length=200)
    policy = serializers.ChoiceField(required=False, choices=Policy.choices)
