from dataclasses import asdict
from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from apps.catalog import chapters
from apps.catalog.access import decide
from apps.catalog.api.policies import PolicySerializer
from apps.catalog.enums import CoverOrigin
from apps.catalog.models import Item
from apps.catalog.permissions import can_edit_item
from apps.catalog.sources import source_of


class ChapterSerializer(serializers.Serializer[Any]):
    start_ms = serializers.IntegerField(min_value=0)
    title = serializers.CharField(max_length=chapters.LONGEST_TITLE)


class CoverWidthSerializer(serializers.Serializer[Any]):
    url = serializers.CharField()
    width = serializers.IntegerField()


class CoverSerializer(serializers.Serializer[Any]):
    """An item's picture: the largest, and all widths that there are."""

    url = serializers.CharField()
    width = serializers.IntegerField()
    height = serializers.IntegerField()
    origin = serializers.ChoiceField(choices=CoverOrigin.choices)
    srcset = CoverWidthSerializer(many=True)


class LoudnessSerializer(serializers.Serializer[Any]):
    """`gain_db` is what a player adds so that everything of this kind sounds equally loud."""

    integrated_lufs = serializers.FloatField()
    range_lu = serializers.FloatField(allow_null=True)
    true_peak_dbtp = serializers.FloatField()
    gain_db = serializers.FloatField()


class ItemSerializer(serializers.ModelSerializer[Item]):
    """An item as its viewer may see it. Why it failed, and what it is a copy of, is told to those who may change it."""

    url = serializers.CharField(source="get_absolute_url", read_only=True)
    owner = serializers.SerializerMethodField()
    policy = serializers.SerializerMethodField()
    policy_from = serializers.ChoiceField(choices=["own", "collection", "site"], read_only=True)
    access = serializers.SerializerMethodField()
    home = serializers.UUIDField(
        source="home_id", read_only=True, allow_null=True, help_text="The collection it lives in."
    )
    trouble = serializers.SerializerMethodField()
    cover = serializers.SerializerMethodField()
    tags = serializers.DictField(child=serializers.CharField(), read_only=True)
    duplicate_of = serializers.SerializerMethodField()
    loudness = LoudnessSerializer(read_only=True, allow_null=True)

    class Meta:
        model = Item
        fields: tuple[str, ...] = (
            "id", "kind", "origin", "title", "slug", "url", "owner", "duration_ms", "loudness", "state", "trouble",
            "policy", "policy_from", "access", "home", "downloads", "cover", "tags", "duplicate_of", "published_at",
            "created_at",
        )  # fmt: skip
        read_only_fields = fields

    @extend_schema_field({"type": "string", "nullable": True, "description": "User name."})
    def get_owner(self, item: Item) -> str | None:
        return item.owner.username if item.owner else None

    @extend_schema_field(PolicySerializer)
    def get_policy(self, item: Item) -> dict[str, Any]:
        spec: dict[str, Any] = item.access.spec
        return spec

    @extend_schema_field({"type": "string", "enum": ["allow", "preview", "deny"]})
    def get_access(self, item: Item) -> str:
        return str(decide(self.context["viewer"], item.subject, timezone.now()).verdict)

    @extend_schema_field({"type": "string"})
    def get_trouble(self, item: Item) -> str:
        return item.trouble if can_edit_item(self.context["viewer"], item) else ""

    @extend_schema_field(CoverSerializer(allow_null=True))
    def get_cover(self, item: Item) -> dict[str, Any] | None:
        if (picture := item.picture) is None:
            return None
        return {
            "url": picture.url,
            "width": picture.width,
            "height": picture.height,
            "origin": picture.origin,
            "srcset": [{"url": picture.url_of(width), "width": width} for width in picture.widths],
        }

    @extend_schema_field({"type": "string", "format": "uuid", "nullable": True})
    def get_duplicate_of(self, item: Item) -> str | None:
        told = item.duplicate_of_id and can_edit_item(self.context["viewer"], item)
        return str(item.duplicate_of_id) if told else None


class SourceSerializer(serializers.Serializer[Any]):
    """What is known of an item's file. Languages are BCP 47 tags in the order of the tracks, each once."""

    name = serializers.CharField()
    content_type = serializers.CharField()
    size_bytes = serializers.IntegerField()
    width = serializers.IntegerField(allow_null=True)
    height = serializers.IntegerField(allow_null=True)
    video_codec = serializers.CharField(allow_null=True)
    audio_codec = serializers.CharField(allow_null=True)
    languages = serializers.ListField(child=serializers.CharField())
    text_languages = serializers.ListField(child=serializers.CharField())


class ItemDetailSerializer(ItemSerializer):
    """One item with what would be too long in a list. Its file is described to those who may change it."""

    chapters = ChapterSerializer(many=True, read_only=True)
    file = serializers.SerializerMethodField()

    class Meta(ItemSerializer.Meta):
        fields = (*ItemSerializer.Meta.fields, "chapters", "file")
        read_only_fields = fields

    @extend_schema_field(SourceSerializer(allow_null=True))
    def get_file(self, item: Item) -> dict[str, Any] | None:
        if item.asset is None or not can_edit_item(self.context["viewer"], item):
            return None
        return asdict(source_of(item.asset))


class ItemChangeSerializer(serializers.Serializer[Any]):
    title = serializers.CharField(required=False, max_length=200)
    policy = PolicySerializer(required=False, allow_null=True, help_text="null: as its collection says, or the site.")
    downloads = serializers.BooleanField(
        required=False, help_text="Whether tiers with downloads may keep the original."
    )
    chapters = serializers.ListField(child=ChapterSerializer(), required=False, max_length=chapters.MOST)
    published_at = serializers.DateTimeField(
        required=False, allow_null=True, help_text="From when on others see it; null hides it."
    )
