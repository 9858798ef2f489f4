from typing import ClassVar

from django.contrib import admin

from apps.core.admin_pages import ReadOnlyAdmin
from apps.media.models import Asset, Loudness, Upload


@admin.register(Asset)
class AssetAdmin(ReadOnlyAdmin):
    list_display: ClassVar = ("name", "owner", "content_type", "size_bytes", "state", "created_at")
    list_filter: ClassVar = ("state",)
    search_fields: ClassVar = ("name", "=id", "=sha256", "=owner__username")
    list_select_related: ClassVar = ("owner",)
    ordering: ClassVar = ("-id",)


@admin.register(Loudness)
class LoudnessAdmin(ReadOnlyAdmin):
    list_display: ClassVar = (
        "asset",
        "measurable",
        "integrated_lufs",
        "range_lu",
        "true_peak_dbtp",
        "analyser",
        "measured_at",
    )
    list_filter: ClassVar = ("measurable",)
    ordering: ClassVar = ("-id",)
    search_fields: ClassVar = ("asset__name",)
    list_select_related: ClassVar = ("asset",)


@admin.register(Upload)
class UploadAdmin(ReadOnlyAdmin):
    list_display: ClassVar = ("filename", "owner", "state", "role", "offset", "length", "expires_at", "created_at")
    list_filter: ClassVar = ("state", "role")
    search_fields: ClassVar = ("filename", "title", "=owner__username")
    list_select_related: ClassVar = ("owner",)
    ordering: ClassVar = ("-id",)
