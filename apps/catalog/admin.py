from typing import ClassVar

from django.contrib import admin
from unfold.admin import ModelAdmin

from apps.catalog.models import Item


@admin.register(Item)
class ItemAdmin(ModelAdmin):  # type: ignore[misc]
    list_display: ClassVar = ("title", "kind", "origin", "owner", "state", "policy", "published_at", "trashed_at")
    list_filter: ClassVar = ("kind", "origin", "state", "policy")
    search_fields: ClassVar = ("title", "owner__username")
    list_select_related: ClassVar = ("owner",)
    readonly_fields: ClassVar = (
        *("owner", "origin", "state", "trouble", "asset", "duplicate_of"),
        *("tags", "chapters", "cover_origin", "cover", "described_at"),
    )
    fields: ClassVar = ("title", "kind", "policy", "published_at", *readonly_fields)

    def has_add_permission(self, request: object) -> bool:
        return False

    def has_delete_permission(self, request: object, obj: object = None) -> bool:
        return False
