"""HLS playlists (RFC 8216 and its successor draft), as text."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor

from apps.streaming.encode.hls import INIT
from apps.streaming.encode.parts import Segment

_VERSION = 7
_TEXT_GROUP = "text"
_FROM_THE_BEGINNING = "#EXT-X-START:TIME-OFFSET=0,PRECISE=YES"


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
    sound_group: str = ""


@dataclass(frozen=True)
class Sound:
    """An EXT-X-MEDIA line of a track that is heard. `label` is what a menu shows."""

    name: str
    codecs: str
    bandwidth: Bandwidth
    channels: int
    group: str
    language: str
    label: str
    default: bool


@dataclass(frozen=True)
class Text:
    """An EXT-X-MEDIA line of a track that is read."""

    name: str
    language: str
    label: str
    default: bool = False
    forced: bool = False
    described: bool = False


def target_duration(segment_s: float) -> int:
    """What no segment's rounded length exceeds. Sound is cut at its own frames, up to 1024 samples later."""
    return max(1, floor(segment_s + 0.55))


def media_playlist(segments: Sequence[Segment], timescale: int, *, longest: int, complete: bool = True) -> str:
    """`longest`: the target duration in seconds. What is not complete grows (EVENT), and players begin at its beginning."""
    lines = [
        "#EXTM3U",
        f"#EXT-X-VERSION:{_VERSION}",
        f"#EXT-X-TARGETDURATION:{longest}",
        "#EXT-X-MEDIA-SEQUENCE:1",
        f"#EXT-X-PLAYLIST-TYPE:{'VOD' if complete else 'EVENT'}",
        "#EXT-X-INDEPENDENT-SEGMENTS",
        *([] if complete else [_FROM_THE_BEGINNING]),
        f'#EXT-X-MAP:URI="{INIT}"',
    ]
    for segment in segments:
        lines += [f"#EXTINF:{segment.ticks / timescale:.6f},", segment.name]
    return "\n".join([*lines, *(["#EXT-X-ENDLIST"] if complete else []), ""])


def text_playlist(file: str, duration_s: float) -> str:
    """One WebVTT file as a playlist of its own."""
    lines = [
        "#EXTM3U",
        f"#EXT-X-VERSION:{_VERSION}",
        f"#EXT-X-TARGETDURATION:{max(1, ceil(duration_s))}",
        "#EXT-X-MEDIA-SEQUENCE:1",
        "#EXT-X-PLAYLIST-TYPE:VOD",
        f"#EXTINF:{duration_s:.6f},",
        file,
        "#EXT-X-ENDLIST",
        "",
    ]
    return "\n".join(lines)


def master_playlist(
    variants: Sequence[Variant], sounds: Sequence[Sound], texts: Sequence[Text], *, growing: bool = False
) -> str:
    """Variants with the group of sounds that each names; its numbers grow by the largest that may be heard with it."""
    lines = ["#EXTM3U", f"#EXT-X-VERSION:{_VERSION}", "#EXT-X-INDEPENDENT-SEGMENTS"]
    lines += [_FROM_THE_BEGINNING] if growing else []
    lines += [_sound_line(sound) for sound in sounds]
    lines += [_text_line(text) for text in texts]
    for variant in variants:
        beside = [sound for sound in sounds if sound.group == variant.sound_group]
        lines += [_variant_line(variant, beside, has_text=bool(texts)), f"{variant.name}/playlist.m3u8"]
    return "\n".join([*lines, ""])


def _sound_line(sound: Sound) -> str:
    marks = [
        "TYPE=AUDIO",
        f'GROUP-ID="{sound.group}"',
        f'NAME="{quotable(sound.label)}"',
        *([f'LANGUAGE="{quotable(sound.language)}"'] if sound.language else []),
        f"DEFAULT={_yes(sound.default)}",
        "AUTOSELECT=YES",
        f'CHANNELS="{sound.channels}"',
        f'URI="{sound.name}/playlist.m3u8"',
    ]
    return f"#EXT-X-MEDIA:{','.join(marks)}"


def _text_line(text: Text) -> str:
    described = "public.accessibility.transcribes-spoken-dialog,public.accessibility.describes-music-and-sound"
    marks = [
        "TYPE=SUBTITLES",
        f'GROUP-ID="{_TEXT_GROUP}"',
        f'NAME="{quotable(text.label)}"',
        *([f'LANGUAGE="{quotable(text.language)}"'] if text.language else []),
        f"DEFAULT={_yes(text.default)}",
        "AUTOSELECT=YES",
        f"FORCED={_yes(text.forced)}",
        *([f'CHARACTERISTICS="{described}"'] if text.described else []),
        f'URI="{text.name}/playlist.m3u8"',
    ]
    return f"#EXT-X-MEDIA:{','.join(marks)}"


def _yes(value: bool) -> str:
    return "YES" if value else "NO"


def _variant_line(variant: Variant, sounds: Sequence[Sound], *, has_text: bool) -> str:
    """A variant that is one of the sounds itself carries nothing else."""
    others = [] if variant.name in {sound.name for sound in sounds} else sounds
    peak = variant.bandwidth.peak + max((sound.bandwidth.peak for sound in others), default=0)
    average = variant.bandwidth.average + max((sound.bandwidth.average for sound in others), default=0)
    codecs = dict.fromkeys([variant.codecs, *sorted({sound.codecs for sound in sounds})])
    marks = [f"BANDWIDTH={peak}", f"AVERAGE-BANDWIDTH={average}", f'CODECS="{",".join(codecs)}"']
    if variant.width and variant.height and variant.rate:
        marks += [f"RESOLUTION={variant.width}x{variant.height}", f"FRAME-RATE={float(variant.rate):.3f}"]
    if variant.sound_group:
        marks.append(f'AUDIO="{variant.sound_group}"')
    if has_text:
        marks.append(f'SUBTITLES="{_TEXT_GROUP}"')
    return f"#EXT-X-STREAM-INF:{','.join(marks)}"


def quotable(text: str) -> str:
    """A quoted string of a playlist holds no quote and no line break, and knows no escape."""
    return "".join(sign for sign in text if sign.isprintable() and sign != '"') or "Sound"


def measure(segments: Sequence[Segment], timescale: int, *, longest: int) -> Bandwidth:
    """The mean, and the peak as RFC 8216 (4.3.4.2) means it: the largest rate of any run of neighbouring segments that
    together last between half and one and a half target durations. A stream shorter than that is its own peak.
    """
    target = longest * timescale
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
