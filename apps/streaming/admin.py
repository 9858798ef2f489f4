from typing import ClassVar

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from unfold.admin import ModelAdmin

from apps.core.errors import Conflict
from apps.media.enums import Place
from apps.media.storage.places import NO_BUCKET, has_bucket
from apps.streaming.models import EncoderTest, Generation, PlaybackSession, Rendition
from apps.streaming.services.again import encode_again
from apps.streaming.services.move import generations_elsewhere, queue_generation_moves
from apps.streaming.services.trust import forget_tests


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
    list_display: ClassVar = ("item", "number", "state", "storage", "note", "published_at", "created_at")
    list_filter: ClassVar = ("state", "storage")
    list_select_related: ClassVar = ("item",)
    search_fields: ClassVar = ("item__title",)
    actions: ClassVar = ("encode_again", "move_to_s3", "move_to_disk")

    @admin.action(description="Move to S3", permissions=["view"])
    def move_to_s3(self, request: HttpRequest, chosen: QuerySet[Generation]) -> None:
        self._move(request, chosen, Place.S3)

    @admin.action(description="Move to this site's disk", permissions=["view"])
    def move_to_disk(self, request: HttpRequest, chosen: QuerySet[Generation]) -> None:
        self._move(request, chosen, Place.LOCAL)

    def _move(self, request: HttpRequest, chosen: QuerySet[Generation], to: Place) -> None:
        if not has_bucket():
            self.message_user(request, NO_BUCKET, messages.WARNING)
            return
        generations = generations_elsewhere(to).filter(pk__in=chosen.values("pk"))
        queued = queue_generation_moves(generations=generations, to=to)
        self.message_user(request, f"Queued: {queued}. Viewers go on with what they have meanwhile.")

    @admin.action(description="Encode their items again", permissions=["view"])
    def encode_again(self, request: HttpRequest, chosen: QuerySet[Generation]) -> None:
        items = {row.item_id: row.item for row in chosen.select_related("item")}
        queued = 0
        for item in items.values():
            try:
                encode_again(item=item)
                queued += 1
            except Conflict as error:
                self.message_user(request, f"{item}: {error.message}", messages.WARNING)
        if queued:
            self.message_user(request, f"Queued: {queued}. Viewers go on with what they have meanwhile.")


@admin.register(Rendition)
class RenditionAdmin(_ReadOnly):
    list_display: ClassVar = (
        "generation",
        "name",
        "kind",
        "codecs",
        "encoder",
        "encoder_note",
        "bandwidth",
        "size_bytes",
    )
    list_filter: ClassVar = ("kind", "encoder", "name")
    list_select_related: ClassVar = ("generation",)


@admin.register(PlaybackSession)
class PlaybackSessionAdmin(_ReadOnly):
    list_display: ClassVar = ("item", "person", "created_at", "expires_at", "ended_at")
    list_select_related: ClassVar = ("item", "person")


@admin.register(EncoderTest)
class EncoderTestAdmin(_ReadOnly):
    list_display: ClassVar = ("host", "encoder", "label", "works", "reason", "tested_at")
    list_filter: ClassVar = ("works", "host", "encoder")
    ordering: ClassVar = ("host", "id")
    actions: ClassVar = ("test_again",)

    @admin.action(description="Test again", permissions=["view"])
    def test_again(self, request: HttpRequest, tests: QuerySet[EncoderTest]) -> None:
        forget_tests(ids=list(tests.values_list("pk", flat=True)))
        messages.success(request, "Each machine that has a worker tests these again within a minute.")
