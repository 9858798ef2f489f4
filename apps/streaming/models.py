"""Streams: what was encoded from an item, and who plays it."""

from pathlib import Path
from typing import ClassVar
from uuid import UUID

from django.conf import settings
from django.db import models
from django.db.models import Q

from apps.core.models import Base
from apps.media.enums import Place
from apps.media.models import Stored
from apps.streaming.enums import Offer, RenditionKind, State
from apps.streaming.plan import Plan
from apps.streaming.querysets import EncoderTestQuerySet, GenerationQuerySet, PlaybackSessionQuerySet


def streams_folder(item_id: UUID) -> Path:
    return Path(settings.MEDIA_ROOT) / "streams" / str(item_id)


def streams_prefix(item_id: UUID) -> str:
    """The same folder in S3, with its slash."""
    return f"streams/{item_id}/"


class Generation(Stored, Base):
    """One set of renditions of an item, immutable once it is complete. The published one is what players get.

    The first generation of an item is played while it grows: `offer` says what its master playlist lists then.
    """

    item = models.ForeignKey("catalog.Item", on_delete=models.CASCADE, related_name="generations", db_index=False)
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=12, choices=State.choices, default=State.ENCODING)
    plan = models.JSONField()
    recipe = models.CharField(max_length=64, blank=True, help_text="Digest of the settings that the plan came from.")
    offer = models.PositiveSmallIntegerField(choices=Offer.choices, default=Offer.NOTHING)
    job_id = models.UUIDField(null=True, blank=True, help_text="The publication that makes it.")
    note = models.CharField(max_length=300, blank=True, help_text="Why it was made the way it was.")
    trouble = models.CharField(max_length=500, blank=True)
    peaks = models.BooleanField(default=False, help_text="Whether there are waveforms.")
    storyboard = models.BooleanField(default=False, help_text="Whether there are pictures for the seek bar.")
    progressive = models.CharField(
        max_length=40, blank=True, help_text="The name of the one whole file, if there is one."
    )
    watchable_at = models.DateTimeField(null=True, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    retired_at = models.DateTimeField(null=True, blank=True)

    objects = GenerationQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["retired_at"], name="generation_retired", condition=Q(state=State.RETIRED)),
            models.Index(fields=["moved_at"], name="generation_other_copy", condition=Q(other_copy=True)),
            models.Index(fields=["recipe", "item"], name="generation_recipe", condition=Q(state=State.PUBLISHED)),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["item", "number"], name="generation_number_once"),
            models.UniqueConstraint(
                fields=["item"], name="generation_one_published", condition=Q(state=State.PUBLISHED)
            ),
            models.CheckConstraint(condition=Q(state__in=State.values), name="generation_state_known"),
            models.CheckConstraint(
                condition=~Q(state=State.PUBLISHED) | Q(published_at__isnull=False), name="generation_published_at"
            ),
            models.CheckConstraint(
                condition=~Q(state=State.GROWING) | Q(watchable_at__isnull=False), name="generation_watchable_at"
            ),
            models.CheckConstraint(condition=Q(storage__in=Place.values), name="generation_storage_known"),
            models.CheckConstraint(condition=Q(offer__in=Offer.values), name="generation_offer_known"),
        ]

    def __str__(self) -> str:
        return f"g{self.number}"

    @property
    def folder(self) -> Path:
        return streams_folder(self.item_id) / f"g{self.number}"

    @property
    def prefix(self) -> str:
        """What the names of its objects in S3 begin with."""
        return f"{streams_prefix(self.item_id)}g{self.number}/"

    @property
    def what_to_make(self) -> Plan:
        return Plan.from_json(self.plan)


class Rendition(Base):
    """One encoding that players can choose. Sizes and rates are what was measured once it is published."""

    generation = models.ForeignKey(Generation, on_delete=models.CASCADE, related_name="renditions", db_index=False)
    name = models.CharField(max_length=32)
    kind = models.CharField(max_length=8, choices=RenditionKind.choices)
    encoder = models.CharField(max_length=40, blank=True, help_text="What made it.")
    encoder_note = models.CharField(max_length=300, blank=True, help_text="Why it was that one.")
    cap_kbps = models.PositiveIntegerField(default=0, help_text="What it may need at most, told while it grows.")
    codecs = models.CharField(max_length=80, blank=True)
    width = models.PositiveIntegerField(null=True, blank=True)
    height = models.PositiveIntegerField(null=True, blank=True)
    rate_num = models.PositiveIntegerField(null=True, blank=True)
    rate_den = models.PositiveIntegerField(null=True, blank=True)
    channels = models.PositiveSmallIntegerField(null=True, blank=True)
    language = models.CharField(max_length=16, blank=True)
    title = models.CharField(max_length=80, blank=True)
    main = models.BooleanField(default=False, help_text="Played unless somebody chooses otherwise.")
    forced = models.BooleanField(default=False)
    described = models.BooleanField(default=False, help_text="Text that also says what is heard.")
    timescale = models.PositiveIntegerField(null=True, blank=True)
    init_sha256 = models.CharField(max_length=64, blank=True)
    bandwidth = models.PositiveBigIntegerField(null=True, blank=True, help_text="Peak, in bits per second.")
    average_bandwidth = models.PositiveBigIntegerField(null=True, blank=True)
    segments = models.PositiveIntegerField(default=0)
    samples = models.PositiveBigIntegerField(default=0)
    size_bytes = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["generation", "name"], name="rendition_name_once"),
            models.CheckConstraint(condition=Q(kind__in=RenditionKind.values), name="rendition_kind_known"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def folder(self) -> Path:
        return self.generation.folder / self.name


class ChunkOutput(models.Model):
    """What is finished of one piece of one rendition. Segments are added, never changed; their files are in their final
    place. `job_id` and `epoch` name the attempt that added the last ones.
    """

    generation = models.ForeignKey(Generation, on_delete=models.CASCADE, related_name="outputs", db_index=False)
    rendition = models.ForeignKey(Rendition, on_delete=models.CASCADE, related_name="outputs")
    index = models.PositiveIntegerField()
    job_id = models.UUIDField()
    epoch = models.PositiveIntegerField()
    segments = models.JSONField(default=list)
    complete = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["generation", "rendition", "index"], name="chunkoutput_once")
        ]

    def __str__(self) -> str:
        return f"{self.rendition_id} {self.index}"


class EncoderTest(models.Model):
    """Whether an encoder works on a device of a machine, from a real encode. `device` is empty where there is none."""

    host = models.CharField(max_length=120)
    encoder = models.CharField(max_length=40)
    device = models.CharField(max_length=120, blank=True)
    label = models.CharField(max_length=120, blank=True)
    works = models.BooleanField(default=False)
    reason = models.CharField(max_length=300, blank=True, help_text="Why it does not work.")
    fingerprint = models.CharField(max_length=64, blank=True, help_text="Empty: to be tested again.")
    tested_at = models.DateTimeField()

    objects = EncoderTestQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["host", "encoder", "device"], name="encodertest_once"),
            models.CheckConstraint(condition=Q(works=False) | Q(reason=""), name="encodertest_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.encoder} on {self.label or self.host}"


class PlaybackSession(Base):
    """One viewer who plays one item. `key` tells the viewer's browser or token apart (hashed).

    `beat_ms` and `beat_at` are what was last heard of it, `watched_ms` how long it played in all, `counted_at` when it
    counted as a play. Visitors' sessions hear nothing.
    """

    item = models.ForeignKey("catalog.Item", on_delete=models.CASCADE, related_name="playback_sessions")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.CASCADE)
    key = models.CharField(max_length=64)
    generation = models.ForeignKey(Generation, null=True, blank=True, on_delete=models.SET_NULL)
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    beat_ms = models.PositiveBigIntegerField(null=True, blank=True)
    beat_at = models.DateTimeField(null=True, blank=True)
    watched_ms = models.PositiveBigIntegerField(default=0)
    counted_at = models.DateTimeField(null=True, blank=True)

    objects = PlaybackSessionQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["key", "item", "-expires_at"], name="session_mine", condition=Q(ended_at=None)),
            models.Index(fields=["expires_at"], name="session_age"),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class PlaybackPosition(Base):
    """Where a person is in an item, from whichever device was last there. `at` is that device's own time, `seq` its own
    count of what it told.
    """

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="playback_positions", db_index=False
    )
    item = models.ForeignKey("catalog.Item", on_delete=models.CASCADE, related_name="playback_positions")
    position_ms = models.PositiveBigIntegerField(default=0)
    duration_ms = models.PositiveBigIntegerField(null=True, blank=True)
    finished = models.BooleanField(default=False)
    at = models.DateTimeField()
    device = models.CharField(max_length=36)
    seq = models.PositiveBigIntegerField(default=0)
    plays = models.PositiveIntegerField(default=0, help_text="How often it was played far enough to count.")

    class Meta:
        indexes: ClassVar = [models.Index(fields=["person", "-at"], name="position_recent")]
        constraints: ClassVar = [models.UniqueConstraint(fields=["person", "item"], name="position_once")]

    def __str__(self) -> str:
        return f"{self.person_id} in {self.item_id}: {self.position_ms} ms"

    @property
    def resume_ms(self) -> int:
        """Where to go on; the beginning again for what was finished."""
        return 0 if self.finished else self.position_ms
