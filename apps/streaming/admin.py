from typing import Any, ClassVar

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest

from apps.core.admin_pages import ReadOnlyAdmin
from apps.media.enums import Place
from apps.streaming.encode.codecs import known_encoders
from apps.streaming.models import ChunkOutput, EncoderTest, Generation, PlaybackPosition, PlaybackSession, Rendition
from apps.streaming.services.again import encode_again
from apps.streaming.services.move import move_generation
from apps.streaming.services.sessions import end_session
from apps.streaming.services.trust import forget_tests


class EncoderFilter(admin.SimpleListFilter):
    """The encoders that are known, rather than those in the table: that would read all of it."""

    title = "encoder"
    parameter_name = "encoder"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(name, name) for name in (*known_encoders(), "copy", "aac", "webvtt")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(encoder=self.value()) if self.value() else queryset


@admin.register(Generation)
class GenerationAdmin(ReadOnlyAdmin):
    list_display: ClassVar = ("item", "number", "state", "storage", "note", "published_at", "created_at")
    list_filter: ClassVar = ("state", "storage")
    list_select_related: ClassVar = ("item",)
    search_fields: ClassVar = ("item__title", "=item__id")
    ordering: ClassVar = ("-id",)
    actions: ClassVar = ("encode_again", "move_to_s3", "move_to_disk")

    @admin.action(description="Move to S3", permissions=["view"])
    def move_to_s3(self, request: HttpRequest, chosen: QuerySet[Generation]) -> None:
        self._move(request, chosen, Place.S3)

    @admin.action(description="Move to this site's disk", permissions=["view"])
    def move_to_disk(self, request: HttpRequest, chosen: QuerySet[Generation]) -> None:
        self._move(request, chosen, Place.LOCAL)

    def _move(self, request: HttpRequest, chosen: QuerySet[Generation], to: Place) -> None:
        self.for_each(
            request, chosen, lambda row: move_generation(generation=row, to=to), f"Queued to be moved to {to.label}"
        )

    @admin.action(description="Encode their items again", permissions=["view"])
    def encode_again(self, request: HttpRequest, chosen: QuerySet[Generation]) -> None:
        once = {row.item_id: row for row in chosen.select_related("item")}
        self.for_each(request, once.values(), lambda row: encode_again(item=row.item), "Queued")


@admin.register(Rendition)
class RenditionAdmin(ReadOnlyAdmin):
    list_display: ClassVar = (
        *("item", "generation", "name", "kind", "codecs", "encoder", "encoder_note", "bandwidth", "size_bytes"),
    )
    list_filter: ClassVar = ("kind", EncoderFilter)
    list_select_related: ClassVar = ("generation__item",)
    search_fields: ClassVar = ("generation__item__title", "=generation__id")
    ordering: ClassVar = ("-id",)

    @admin.display(description="Item")
    def item(self, row: Rendition) -> str:
        return row.generation.item.title


@admin.register(ChunkOutput)
class ChunkOutputAdmin(ReadOnlyAdmin):
    list_display: ClassVar = ("generation", "rendition", "index", "complete", "job_id", "epoch", "created_at")
    list_filter: ClassVar = ("complete",)
    list_select_related: ClassVar = ("generation", "rendition")
    search_fields: ClassVar = ("=generation__id", "=job_id")
    ordering: ClassVar = ("-id",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[ChunkOutput]:
        rows: QuerySet[ChunkOutput] = super().get_queryset(request)
        return rows.defer("generation__plan")


@admin.register(PlaybackSession)
class PlaybackSessionAdmin(ReadOnlyAdmin):
    list_display: ClassVar = ("item", "person", "created_at", "expires_at", "ended_at")
    list_select_related: ClassVar = ("item", "person")
    search_fields: ClassVar = ("item__title", "=person__username")
    ordering: ClassVar = ("-id",)
    exclude: ClassVar = ("key",)
    actions: ClassVar = ("end",)

    @admin.action(description="End them", permissions=["view"])
    def end(self, request: HttpRequest, sessions: QuerySet[PlaybackSession]) -> None:
        self.for_each(request, sessions, lambda session: end_session(session_id=session.pk), "Ended")


@admin.register(PlaybackPosition)
class PlaybackPositionAdmin(ReadOnlyAdmin):
    """Where people are in what they play."""

    list_display: ClassVar = ("item", "person", "position_ms", "finished", "plays", "at")
    list_select_related: ClassVar = ("item", "person")
    search_fields: ClassVar = ("item__title", "=person__username")
    ordering: ClassVar = ("-id",)


@admin.register(EncoderTest)
class EncoderTestAdmin(ReadOnlyAdmin):
    list_display: ClassVar = ("host", "encoder", "label", "works", "reason", "tested_at")
    list_filter: ClassVar = ("works", EncoderFilter)
    search_fields: ClassVar = ("host", "reason")
    ordering: ClassVar = ("host", "id")
    actions: ClassVar = ("test_again",)

    @admin.action(description="Test again", permissions=["view"])
    def test_again(self, request: HttpRequest, tests: QuerySet[EncoderTest]) -> None:
        forget_tests(ids=list(tests.values_list("pk", flat=True)))
        messages.success(request, "Each machine that has a worker tests these again within a minute.")
