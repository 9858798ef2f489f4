"""Limits of what is taken in, and of the programs that read it."""

from dataclasses import dataclass, fields

from django.conf import settings


@dataclass(frozen=True)
class MediaLimits:
    max_streams: int = 16
    max_pixels: int = 35_000_000
    max_duration_s: int = 24 * 3600
    probe_timeout_s: float = 60
    stall_s: float = 60
    memory_bytes: int = 8 << 30
    niceness: int = 10


def limits() -> MediaLimits:
    """The defaults, with what `settings.MEDIA_LIMITS` says instead."""
    chosen = getattr(settings, "MEDIA_LIMITS", {})
    return MediaLimits(**{field.name: chosen[field.name] for field in fields(MediaLimits) if field.name in chosen})


@dataclass(frozen=True)
class UploadLimits:
    """What is not for staff to change: bounds of single requests, and of what clients write about themselves."""

    largest_piece_bytes: int = 32 << 20
    metadata_bytes: int = 4096
    parts: int = 64
    rests_after_s: int = 300
    ended_kept_s: int = 14 * 24 * 3600


def upload_limits() -> UploadLimits:
    """The defaults, with what `settings.UPLOAD_LIMITS` says instead."""
    chosen = getattr(settings, "UPLOAD_LIMITS", {})
    return UploadLimits(**{field.name: chosen[field.name] for field in fields(UploadLimits) if field.name in chosen})
