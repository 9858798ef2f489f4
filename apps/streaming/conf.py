"""How streams are cut and encoded, and how long a player may use them."""

from dataclasses import dataclass, fields
from datetime import timedelta

from django.conf import settings

# A session serves a viewer for hours, so that the browser's cache works; one that ends sooner than this is renewed.
SESSION_LIFE = timedelta(hours=12)
SESSION_MIN_LEFT = timedelta(hours=6)


@dataclass(frozen=True)
class StreamingSettings:
    """`one_chunk_below_s` empty: three chunks. Sources shorter than that are encoded in one piece.

    `b_frames` is 0 because readers disagree about composition offsets: browsers ignore the edit list that would mend
    positive ones, and libavformat moves negative ones by the reorder delay. Without them every reader starts at 0.
    `gate_cache_s` bounds how long a revoked session is still served; together with one answer it stays below 10 s.
    """

    segment_s: float = 4
    chunk_s: float = 60
    one_chunk_below_s: float | None = None
    rung_side: int = 360
    rung_kbps: int = 600
    audio_kbps: int = 128
    preset: str = "veryfast"
    crf: int = 23
    b_frames: int = 0
    gate_cache_s: float = 8

    @property
    def whole_below_s(self) -> float:
        return 3 * self.chunk_s if self.one_chunk_below_s is None else self.one_chunk_below_s


def streaming() -> StreamingSettings:
    """The defaults, with what `settings.STREAMING` says instead."""
    chosen = getattr(settings, "STREAMING", {})
    return StreamingSettings(**{f.name: chosen[f.name] for f in fields(StreamingSettings) if f.name in chosen})
