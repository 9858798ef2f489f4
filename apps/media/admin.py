from typing import ClassVar

from django.contrib import admin
from django.http import HttpRequest
from unfold.admin import ModelAdmin

from apps.media.models import Asset, Loudness, Upload


class _ReadOnly(ModelAdmin):  # type: ignore[misc]
    """Looked at here, never edited: what is on the disk decides."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False


@admin.register(Asset)
class AssetAdmin(_ReadOnly):
    list_display: ClassVar = ("name", "owner", "content_type", "size_bytes", "state", "created_at")
    list_filter: ClassVar = ("state", "content_type")
    search_fields: ClassVar = ("name", "sha256", "owner__username")
    list_select_related: ClassVar = ("owner",)


@admin.register(Loudness)
class LoudnessAdmin(_ReadOnly):
    list_display: ClassVar = (
        "asset",
        "measurable",
        "integrated_lufs",
        "range_lu",
        "true_peak_dbtp",
        "analyser",
        "measured_at",
    )
    list_filter: ClassVar = ("measurable", "analyser")
    search_fields: ClassVar = ("asset__name",)
    list_select_related: ClassVar = ("asset",)


@admin.register(Upload)
class UploadAdmin(_ReadOnly):
    list_display: ClassVar = ("filename", "owner", "state", "role", "offset", "length", "expires_at", "created_at")
    list_filter: ClassVar = ("state", "role")
    search_fields: ClassVar = ("filename", "title", "owner__username")
    list_select_related: ClassVar = ("owner",)
