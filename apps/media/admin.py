from typing import ClassVar

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from unfold.admin import ModelAdmin

from apps.media.enums import Place
from apps.media.models import Asset, Loudness, Upload
from apps.media.services.move import queue_asset_moves
from apps.media.storage.places import NO_BUCKET, has_bucket


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
    list_display: ClassVar = ("name", "owner", "content_type", "size_bytes", "state", "storage", "created_at")
    list_filter: ClassVar = ("state", "storage", "content_type")
    search_fields: ClassVar = ("name", "sha256", "owner__username")
    list_select_related: ClassVar = ("owner",)
    actions: ClassVar = ("move_to_s3", "move_to_disk")

    @admin.action(description="Move to S3", permissions=["view"])
    def move_to_s3(self, request: HttpRequest, chosen: QuerySet[Asset]) -> None:
        self._move(request, chosen, Place.S3)

    @admin.action(description="Move to this site's disk", permissions=["view"])
    def move_to_disk(self, request: HttpRequest, chosen: QuerySet[Asset]) -> None:
        self._move(request, chosen, Place.LOCAL)

    def _move(self, request: HttpRequest, chosen: QuerySet[Asset], to: Place) -> None:
        if not has_bucket():
            self.message_user(request, NO_BUCKET, messages.WARNING)
            return
        assets = Asset.objects.stored().filter(pk__in=chosen.values("pk"))
        queued = queue_asset_moves(assets=assets.exclude(storage=to), to=to)
        self.message_user(request, f"Queued: {queued}. They can be used all the time.")


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
