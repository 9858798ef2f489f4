from typing import ClassVar

from django.contrib import admin
from unfold.admin import ModelAdmin

from apps.streaming.models import Generation, PlaybackSession, Rendition


class _ReadOnly(ModelAdmin):  # type: ignore[misc]
    """Looked at here, made and changed by jobs and players alone."""

    def has_add_permission(self, request: object) -> bool:
        return False

    def has_change_permission(self, request: object, obj: object = None) -> bool:
        return False

    def has_delete_permission(self, request: object, obj: object = None) -> bool:
        return False


@admin.register(Generation)
class GenerationAdmin(_ReadOnly):
    list_display: ClassVar = ("item", "number", "state", "note", "published_at", "created_at")
    list_filter: ClassVar = ("state",)
    list_select_related: ClassVar = ("item",)
    search_fields: ClassVar = ("item__title",)


@admin.register(Rendition)
class RenditionAdmin(_ReadOnly):
    list_display: ClassVar = ("generation", "name", "kind", "codecs", "width", "height", "bandwidth", "size_bytes")
    list_filter: ClassVar = ("kind", "name")
    list_select_related: ClassVar = ("generation",)


@admin.register(PlaybackSession)
class PlaybackSessionAdmin(_ReadOnly):
    list_display: ClassVar = ("item", "person", "created_at", "expires_at", "ended_at")
    list_select_related: ClassVar = ("item", "person")
