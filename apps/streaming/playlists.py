"""HLS playlists (RFC 8216 and its successor draft), as text."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from apps.streaming.encode.lines import INIT
from apps.streaming.encode.parts import Segment

_VERSION = 7
_AUDIO_GROUP = "audio"


@dataclass(frozen=True)
class Bandwidth:
    """Bits per second: the peak that BANDWIDTH asks for, and the mean."""

    peak: int
    average: int


@dataclass(frozen=True)
class Variant:
    """A line of the master playlist. Sizes and rate are those of its pictures, if it has any."""

    name: str
    codecs: str
    bandwidth: Bandwidth
    width: int | None = None
    height: int | None = None
    rate: Fraction | None = None


@dataclass(frozen=True)
class Sound:
    """An EXT-X-MEDIA line."""

    name: str
    codecs: str
    bandwidth: Bandwidth
    channels: int
    language: str = ""
    title: str = ""


def media_playlist(segments: Sequence[Segment], timescale: int) -> str:
    longest = max(segment.ticks for segment in segments) / timescale
    lines = [
        "#EXTM3U",
        f"#EXT-X-VERSION:{_VERSION}",
        f"#EXT-X-TARGETDURATION:{max(1, round(longest))}",
        "#EXT-X-MEDIA-SEQUENCE:1",
        "#EXT-X-PLAYLIST-TYPE:VOD",
        "#EXT-X-INDEPENDENT-SEGMENTS",
        f'#EXT-X-MAP:URI="{INIT}"',
    ]
    for segment in segments:
        lines += [f"#EXTINF:{segment.ticks / timescale:.6f},", segment.name]
    return "\n".join([*lines, "#EXT-X-ENDLIST", ""])


def master_playlist(variants: Sequence[Variant], sounds: Sequence[Sound]) -> str:
    """Variants with `sounds` beside them as one group; each variant's numbers grow by the largest of the sounds."""
    lines = ["#EXTM3U", f"#EXT-X-VERSION:{_VERSION}", "#EXT-X-INDEPENDENT-SEGMENTS"]
    lines += [_sound_line(sound, first=number == 0) for number, sound in enumerate(sounds)]
    for variant in variants:
        lines += [_variant_line(variant, sounds), f"{variant.name}/playlist.m3u8"]
    return "\n".join([*lines, ""])


def _sound_line(sound: Sound, *, first: bool) -> str:
    marks = [
        "TYPE=AUDIO",
        f'GROUP-ID="{_AUDIO_GROUP}"',
        f'NAME="{_quotable(sound.title or sound.language or "Sound")}"',
        *([f'LANGUAGE="{_quotable(sound.language)}"'] if sound.language else []),
        f"DEFAULT={'YES' if first else 'NO'}",
        "AUTOSELECT=YES",
        f'CHANNELS="{sound.channels}"',
        f'URI="{sound.name}/playlist.m3u8"',
    ]
    return f"#EXT-X-MEDIA:{','.join(marks)}"


def _variant_line(variant: Variant, sounds: Sequence[Sound]) -> str:
    peak = variant.bandwidth.peak + max((sound.bandwidth.peak for sound in sounds), default=0)
    average = variant.bandwidth.average + max((sound.bandwidth.average for sound in sounds), default=0)
    codecs = [variant.codecs, *sorted({sound.codecs for sound in sounds})]
    marks = [f"BANDWIDTH={peak}", f"AVERAGE-BANDWIDTH={average}", f'CODECS="{",".join(codecs)}"']
    if variant.width and variant.height and variant.rate:
        marks += [f"RESOLUTION={variant.width}x{variant.height}", f"FRAME-RATE={float(variant.rate):.3f}"]
    if sounds:
        marks.append(f'AUDIO="{_AUDIO_GROUP}"')
    return f"#EXT-X-STREAM-INF:{','.join(marks)}"


def _quotable(text: str) -> str:
    """A quoted string of a playlist holds no quote and no line break, and knows no escape."""
    return "".join(sign for sign in text if sign.isprintable() and sign != '"') or "Sound"


def measure(segments: Sequence[Segment], timescale: int) -> Bandwidth:
    """The mean, and the peak as RFC 8216 (4.3.4.2) means it: the largest rate of any run of neighbouring segments that
    together last between half and one and a half target durations. A stream shorter than that is its own peak.
    """
    target = max(1, round(max(segment.ticks for segment in segments) / timescale)) * timescale
    average = _rate(sum(s.size_bytes for s in segments), sum(s.ticks for s in segments), timescale)
    peak = 0
    for first in range(len(segments)):
        ticks = size = 0
        for segment in segments[first:]:
            ticks += segment.ticks
            size += segment.size_bytes
            if 2 * ticks > 3 * target:
                break
            if 2 * ticks >= target:
                peak = max(peak, _rate(size, ticks, timescale))
    return Bandwidth(peak=max(peak, average), average=average)


def _rate(size_bytes: int, ticks: int, timescale: int) -> int:
    return -(-size_bytes * 8 * timescale // max(1, ticks))
