"""Stored files, and those that are on their way."""

from pathlib import Path
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.http import content_disposition_header

from apps.core.models import Base
from apps.media.enums import AssetState, Place, UploadRole, UploadState
from apps.media.ffmpeg.facts import Probe
from apps.media.querysets import AssetQuerySet, UploadQuerySet


class Stored(models.Model):
    """Where the files of something live. What is moved has two copies for a while (`services/move.py`)."""

    storage = models.CharField(max_length=8, choices=Place.choices, default=Place.LOCAL)
    other_copy = models.BooleanField(default=False, help_text="Whether the other place may still have files of it.")
    moved_at = models.DateTimeField(null=True, blank=True, help_text="When it was last moved, or begun to be.")

    class Meta:
        abstract = True


class Asset(Stored, Base):
    """One stored file. `sha256` stays empty until a job has hashed it; `path` is relative to the media folder.

    One person's bytes are stored once. Files of nobody are held to the same by the lock that their jobs take
    (`services/identify.py`), not by the constraint: when an account is closed its files become nobody's, and two closed
    accounts may have had the same.
    """

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="assets"
    )
    state = models.CharField(max_length=12, choices=AssetState.choices, default=AssetState.STORED)
    name = models.CharField(max_length=200, help_text="What the file was called where it came from.")
    path = models.CharField(max_length=200, unique=True)
    content_type = models.CharField(max_length=80)
    size_bytes = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64, null=True, blank=True)
    probe = models.JSONField(default=dict, blank=True)
    removed_at = models.DateTimeField(null=True, blank=True, help_text="Its file stays a day longer.")

    objects = AssetQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["removed_at"], name="asset_removed", condition=Q(state=AssetState.REMOVED)),
            models.Index(fields=["moved_at"], name="asset_other_copy", condition=Q(other_copy=True)),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["owner", "sha256"], name="asset_bytes_once", condition=Q(state=AssetState.STORED)
            ),
            models.CheckConstraint(condition=Q(state=AssetState.REMOVED) | Q(removed_at=None), name="asset_removed_at"),
            models.CheckConstraint(condition=Q(state__in=AssetState.values), name="asset_state_known"),
            models.CheckConstraint(condition=Q(storage__in=Place.values), name="asset_storage_known"),
            models.CheckConstraint(condition=Q(sha256=None) | Q(sha256__regex="^[0-9a-f]{64}$"), name="asset_sha256"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def file(self) -> Path:
        return Path(settings.MEDIA_ROOT) / self.path

    @property
    def disposition(self) -> str:
        """How it is handed out: as a file with its own name."""
        return content_disposition_header(as_attachment=True, filename=self.name) or "attachment"

    @property
    def facts(self) -> Probe:
        return Probe.from_json(self.probe)


class Loudness(Base):
    """How loud an asset's main track is, measured once after EBU R128. Empty numbers could not be measured."""

    asset = models.OneToOneField(Asset, on_delete=models.CASCADE, related_name="loudness")
    measurable = models.BooleanField(help_text="Not for silence, nor for what is shorter than 0.4 s.")
    integrated_lufs = models.FloatField(null=True, blank=True)
    range_lu = models.FloatField(null=True, blank=True)
    true_peak_dbtp = models.FloatField(null=True, blank=True)
    threshold_lufs = models.FloatField(null=True, blank=True)
    analyser = models.CharField(max_length=40, help_text="What measured it, with its version.")
    measured_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "loudness"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(measurable=False) | Q(integrated_lufs__isnull=False, true_peak_dbtp__isnull=False),
                name="loudness_measured",
            ),
            # PostgreSQL holds NaN for larger than everything, so that these keep it out, too.
            models.CheckConstraint(
                condition=Q(integrated_lufs=None) | Q(integrated_lufs__gte=-70, integrated_lufs__lte=100),
                name="loudness_integrated_finite",
            ),
            models.CheckConstraint(
                condition=Q(true_peak_dbtp=None) | Q(true_peak_dbtp__gte=-1000, true_peak_dbtp__lte=1000),
                name="loudness_peak_finite",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.integrated_lufs} LUFS" if self.measurable else "not measurable"


class Upload(Base):
    """One resumable transfer (tus 1.0). `offset` is how many bytes are safely on the disk, `length` how many there will be.

    `metadata` and `concat` are kept as the client sent them, because it may ask for them; what people see is cleaned.
    `item_id`, `item_url` and `job_id` are told by whoever makes something of the asset (`signals.asset_ready`).
    """

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="uploads",
        db_index=False,
    )
    state = models.CharField(max_length=12, choices=UploadState.choices, default=UploadState.RECEIVING)
    role = models.CharField(max_length=12, choices=UploadRole.choices, default=UploadRole.WHOLE)
    length = models.PositiveBigIntegerField(null=True, blank=True, help_text="Empty while the client does not know it.")
    offset = models.PositiveBigIntegerField(default=0)
    metadata = models.TextField(blank=True)
    concat = models.TextField(blank=True)
    whole = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.CASCADE, related_name="parts", help_text="What it is a part of."
    )
    place = models.PositiveSmallIntegerField(default=0, help_text="Which part of it, from 0.")

    filename = models.CharField(max_length=200)
    title = models.CharField(max_length=200, blank=True)
    kind = models.CharField(max_length=20, blank=True, help_text="What its owner says that it is.")
    content_type = models.CharField(max_length=100, blank=True, help_text="What its client says that it is.")

    expires_at = models.DateTimeField()
    moved_at = models.DateTimeField(default=timezone.now, help_text="When bytes last came.")
    asset = models.ForeignKey(Asset, null=True, blank=True, on_delete=models.SET_NULL, related_name="uploads")
    item_id = models.UUIDField(null=True, blank=True)
    item_url = models.CharField(max_length=300, blank=True)
    job_id = models.UUIDField(null=True, blank=True)
    error_code = models.CharField(max_length=60, blank=True)
    error = models.CharField(max_length=500, blank=True, help_text="Why it failed, for its owner.")

    objects = UploadQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["owner", "-id"], name="upload_mine"),
            models.Index(fields=["expires_at"], name="upload_expiring"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(state__in=UploadState.values), name="upload_state_known"),
            models.CheckConstraint(condition=Q(role__in=UploadRole.values), name="upload_role_known"),
            models.CheckConstraint(condition=Q(length=None) | Q(offset__lte=F("length")), name="upload_within_length"),
            models.CheckConstraint(
                condition=Q(state__in=(UploadState.RECEIVING, UploadState.EXPIRED)) | Q(length__isnull=False),
                name="upload_ends_with_length",
            ),
        ]

    def __str__(self) -> str:
        return self.filename

    @property
    def file(self) -> Path:
        """Where its bytes are gathered; on the same file system as the assets, so that it becomes one by a rename."""
        return Path(settings.MEDIA_ROOT) / "uploads" / str(self.pk)

    @property
    def is_received(self) -> bool:
        return self.length is not None and self.offset == self.length

    @property
    def has_expired(self) -> bool:
        """Whether its time is over, although the clock's job may not have been here yet."""
        return self.state == UploadState.EXPIRED or (
            self.state == UploadState.RECEIVING and self.whole_id is None and self.expires_at <= timezone.now()
        )
