"""How streams are cut and encoded, and how long a player may use them."""

from dataclasses import dataclass, fields
from datetime import timedelta
from typing import Any

from django.conf import settings

from apps.core import site_settings

# A session serves a viewer for hours, so that the browser's cache works; one that ends sooner than this is renewed.
SESSION_LIFE = timedelta(hours=12)
SESSION_MIN_LEFT = timedelta(hours=6)
# Players that opened a generation may finish with it after the next one was published.
RETIRED_KEPT = timedelta(days=1)
# Whoever has heard so much of something has finished it; so much makes it count as a play.
FINISHED_PART = 0.95
PLAY_PART = 0.2
# Players go at three times the speed at most, so that much less wall time is needed for it to be true.
FASTEST = 3
# Players tell where they are every ten seconds; what they say of more time than this is not believed.
LONGEST_BEAT = timedelta(seconds=60)
# What was noted without a connection is told later, but not after this.
OLDEST_BEAT = timedelta(days=30)
# An encoder's test is repeated after a day; a machine that is late with it has some hours.
TEST_AGAIN_AFTER = timedelta(days=1)
TEST_TRUSTED_FOR = timedelta(hours=30)
AUTO, CPU_ALONE = "auto", "cpu"
PRESETS = ("ultrafast", "superfast", "veryfast", "faster", "fast", "medium", "slow", "slower", "veryslow")

# Settings that staff change under their own names.
BY_NAME = ("encoder", "preset", "crf", "stream_copy", "audio_kbps", "surround_kbps", "sample_kbps")


@dataclass(frozen=True)
class StreamingSettings:
    """What decides how a source is encoded.

    `ladder` is (lines, cap in kbit/s) from the largest to the smallest; `extra_codecs` adds HEVC or AV1 rungs beside the
    H.264 ones. `one_chunk_below_s` empty: three chunks; sources shorter than that are encoded in one piece.
    `lead_wall_s` is how long the express turn may be used for one source before others get it.
    `b_frames` is 0 because readers disagree about composition offsets: browsers ignore the edit list that would mend
    positive ones, and libavformat moves negative ones by the reorder delay. Without them every reader starts at 0.
    """

    segment_s: float = 4
    chunk_s: float = 60
    one_chunk_below_s: float | None = None
    lead_wall_s: float = 2
    ladder: tuple[tuple[int, int], ...] = (
        (2160, 15_000),
        (1440, 8_000),
        (1080, 5_000),
        (720, 2_500),
        (480, 1_000),
        (360, 600),
    )
    extra_codecs: tuple[str, ...] = ()
    encoder: str = AUTO
    preset: str = "veryfast"
    crf: int = 23
    b_frames: int = 0
    stream_copy: bool = True
    audio_kbps: int = 128
    surround_kbps: int = 384
    music_kbps: tuple[int, ...] = (64, 128, 256)
    music_segment_s: float = 6
    sample_kbps: int = 320
    sample_segment_s: float = 2

    @property
    def whole_below_s(self) -> float:
        return 3 * self.chunk_s if self.one_chunk_below_s is None else self.one_chunk_below_s


def streaming() -> StreamingSettings:
    """The defaults, then what staff chose, then what `settings.STREAMING` says instead."""
    chosen: dict[str, Any] = {**_chosen_by_staff(), **getattr(settings, "STREAMING", {})}
    return StreamingSettings(**{f.name: chosen[f.name] for f in fields(StreamingSettings) if f.name in chosen})


def cap_setting(lines: int) -> str:
    """The site setting that caps a rung, in kbit/s."""
    return f"streaming.cap_{lines}"


def chunks_per_card() -> int:
    """How many chunks one graphics card encodes at once."""
    return int(site_settings.get("streaming.chunks_per_card"))


def _chosen_by_staff() -> dict[str, Any]:
    caps = [(lines, int(site_settings.get(cap_setting(lines)))) for lines, _ in StreamingSettings.ladder]
    codecs = (codec for codec in ("hevc", "av1") if site_settings.get(f"streaming.{codec}"))
    return {
        "ladder": tuple((lines, kbps) for lines, kbps in caps if kbps) or StreamingSettings.ladder[-1:],
        "extra_codecs": tuple(codecs),
        **{name: site_settings.get(f"streaming.{name}") for name in BY_NAME},
    }


def gate_cache_s() -> float:
    """How long a revoked session may still be served; together with one answer it stays below 10 s. No query."""
    return float(getattr(settings, "STREAMING", {}).get("gate_cache_s", 8))
