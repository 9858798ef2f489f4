"""One file of all the segments of a rung, for players that know no streams: its packets as they are, and its tags."""

from math import isfinite
from pathlib import Path
from typing import Any

from mutagen import mp4

from apps.media.ffmpeg.allowed import address
from apps.media.ffmpeg.commands import line, output, source
from apps.media.ffmpeg.facts import Tags
from apps.media.models import Loudness
from apps.media.sound.loudness import REPLAYGAIN_REFERENCE, replaygain_db
from apps.streaming.plan import AudioPlan, AudioRung

# mutagen is typed in part only.
_mp4: Any = mp4
_BEST_KBPS = 256
_COVER_SIDE = 1000
_FREE = "----:com.apple.iTunes:"
_TEXTS = {
    "\xa9ART": "artist",
    "\xa9alb": "album",
    "aART": "album_artist",
    "\xa9wrt": "composer",
    "\xa9gen": "genre",
    "\xa9day": "date",
    "\xa9cmt": "comment",
    "cprt": "copyright",
}
_MOST = 65_535  # the numbers of tracks and discs have 16 bits


def best_rung(track: AudioPlan) -> AudioRung:
    """The best one that is not wasteful; where all are, the least of them."""
    plain = sorted((rung for rung in track.rungs if rung.channels == track.rungs[0].channels), key=_kbps)
    return max((rung for rung in plain if rung.kbps <= _BEST_KBPS), key=_kbps, default=plain[0])


def _kbps(rung: AudioRung) -> int:
    return rung.kbps


def whole_line(joined: Path, target: Path) -> list[str]:
    """Initialisation and segments, one after the other in a file, become an M4A whose index stands in front."""
    given = source(joined)
    options = {"c": "copy", "map_metadata": -1, "movflags": "+faststart", "f": "ipod"}
    return line(output([given["a:0"]], address(target), **options))


def cover_line(path: Path, index: int, target: Path) -> list[str]:
    """The picture that a file carries, made a JPEG anew, so that nothing of it but the picture goes on."""
    picture = source(path)[str(index)]
    fitting = f"min({_COVER_SIDE},iw)"
    sized = picture.filter("scale", fitting, -2).filter("format", "yuvj420p")
    return line(output([sized], address(target), **{"c:v": "mjpeg", "q:v": 3, "frames:v": 1, "f": "mjpeg"}))


def write_tags(file: Path, *, title: str, tags: Tags, loudness: Loudness | None, cover: bytes | None) -> None:
    """What people see and how loud it plays. The title is the item's own, the rest is what the source says."""
    whole = _mp4.MP4(file)
    if whole.tags is None:
        whole.add_tags()
    said = {"\xa9nam": title, **{atom: getattr(tags, field) for atom, field in _TEXTS.items()}}
    whole.update({atom: [text] for atom, text in said.items() if text})
    numbers = {"trkn": _place(tags.track), "disk": _place(tags.disc)}
    whole.update({atom: [place] for atom, place in numbers.items() if place})
    if cover:
        whole["covr"] = [_mp4.MP4Cover(cover, _mp4.MP4Cover.FORMAT_JPEG)]
    whole.update({_FREE + name: [_mp4.MP4FreeForm(text.encode())] for name, text in _gain(loudness).items()})
    whole.save()


def _gain(loudness: Loudness | None) -> dict[str, str]:
    """ReplayGain 2, from the stored measurement that players use too."""
    if loudness is None or loudness.integrated_lufs is None or loudness.true_peak_dbtp is None:
        return {}
    peak = 10 ** (loudness.true_peak_dbtp / 20)
    if not isfinite(peak):
        return {}
    return {
        "replaygain_track_gain": f"{replaygain_db(loudness.integrated_lufs):.2f} dB",
        "replaygain_track_peak": f"{peak:.6f}",
        "replaygain_reference_loudness": f"{REPLAYGAIN_REFERENCE:.2f} LUFS",
    }


def _place(text: str) -> tuple[int, int] | None:
    """`3/12` → (3, 12), `3` → (3, 0); None for what is no number."""
    parts = [int(part) if part.strip().isdecimal() else 0 for part in text.split("/")[:2]]
    number, of = (*parts, 0, 0)[:2]
    return (number, of) if 0 < number <= _MOST and of <= _MOST else None
