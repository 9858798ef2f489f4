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
