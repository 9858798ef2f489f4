from typing import ClassVar

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from apps.core.admin_pages import ReadOnlyAdmin
from apps.media.enums import Place
from apps.media.models import Asset, Loudness, Upload
from apps.media.services.move import move_asset


@admin.register(Asset)
class AssetAdmin(ReadOnlyAdmin):
    list_display: ClassVar = ("name", "owner", "content_type", "size_bytes", "state", "storage", "created_at")
    list_filter: ClassVar = ("state", "storage")
    search_fields: ClassVar = ("name", "=id", "=sha256", "=owner__username")
    list_select_related: ClassVar = ("owner",)
    ordering: ClassVar = ("-id",)
    actions: ClassVar = ("move_to_s3", "move_to_disk")

    @admin.action(description="Move to S3", permissions=["view"])
    def move_to_s3(self, request: HttpRequest, chosen: QuerySet[Asset]) -> None:
        self._move(request, chosen, Place.S3)

    @admin.action(description="Move to this site's disk", permissions=["view"])
    def move_to_disk(self, request: HttpRequest, chosen: QuerySet[Asset]) -> None:
        self._move(request, chosen, Place.LOCAL)

    def _move(self, request: HttpRequest, chosen: QuerySet[Asset], to: Place) -> None:
        self.for_each(request, chosen, lambda row: move_asset(asset=row, to=to), f"Queued to be moved to {to.label}")


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
    search_fields: ClassVar = ("filename", "title", "owner__username")
    list_select_related: ClassVar = ("owner",)
