"""What is known of an item's source, in words."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.template.defaultfilters import filesizeformat

from apps.catalog.models import Item
from apps.media.ffmpeg.facts import AudioStream, Probe, TextStream, VideoStream
from apps.media.models import Loudness


@dataclass(frozen=True)
class Fact:
    name: str
    words: str


def facts_of(item: Item, loudness: Loudness | None) -> Sequence[Fact]:
    """Empty where there is no source, or nothing has been found out yet."""
    asset = item.asset
    if asset is None:
        return []
    found = [Fact("File", asset.name), Fact("Size", filesizeformat(asset.size_bytes))]
    if not asset.probe:
        return found
    return [*found, *_of_probe(asset.facts), *_of_loudness(loudness)]


def _of_probe(probe: Probe) -> Iterator[Fact]:
    yield Fact("Container", probe.container)
    if probe.duration_ms:
        yield Fact("Rate", _rate(probe.size_bytes * 8 / probe.duration_ms))
    if probe.video:
        yield Fact("Picture", _picture(probe.video))
    for number, stream in enumerate(probe.audio, 1):
        yield Fact("Sound" if len(probe.audio) == 1 else f"Sound {number}", _sound(stream))
    if probe.text:
        yield Fact("Text", ", ".join(_text(stream) for stream in probe.text))
    if languages := _languages(probe):
        yield Fact("Languages", ", ".join(languages))
    if probe.chapters:
        yield Fact("Chapters", str(len(probe.chapters)))


def _picture(video: VideoStream) -> str:
    frames = float(video.rate.fraction)
    words = [video.codec, f"{video.width} × {video.height}", f"{frames:.3f}".rstrip("0").rstrip(".") + " frames/s"]
    marks = (("interlaced", video.interlaced), ("HDR", video.hdr), ("transparent", video.alpha))
    words += [name for name, there in marks if there]
    words += ["variable rate"] if not video.constant_rate else []
    return ", ".join(words)


def _sound(stream: AudioStream) -> str:
    channels = {1: "mono", 2: "stereo"}.get(stream.channels, f"{stream.channels} channels")
    words = [stream.codec, channels, f"{stream.sample_rate / 1000:g} kHz", stream.language, stream.title]
    return ", ".join(word for word in words if word)


def _text(stream: TextStream) -> str:
    return " ".join(word for word in (stream.codec, stream.language, "forced" if stream.forced else "") if word)


def _languages(probe: Probe) -> list[str]:
    heard, read = {stream.language for stream in probe.audio}, {stream.language for stream in probe.text}
    return sorted(language for language in heard | read if language)


def _rate(kbps: float) -> str:
    return f"{kbps / 1000:.1f} Mbit/s" if kbps >= 1000 else f"{kbps:.0f} kbit/s"


def _of_loudness(measured: Loudness | None) -> Iterator[Fact]:
    if measured is None:
        return
    if not measured.measurable:
        yield Fact("Loudness", "too quiet or too short to be measured")
        return
    words = [f"{measured.integrated_lufs:.1f} LUFS"]
    words += [f"range {measured.range_lu:.1f} LU"] if measured.range_lu is not None else []
    words += [f"peak {measured.true_peak_dbtp:.1f} dBTP"] if measured.true_peak_dbtp is not None else []
    yield Fact("Loudness", ", ".join(words))
