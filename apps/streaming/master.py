"""From rows to a master playlist: which renditions stand side by side in groups, and which are variants."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import TypeVar

from apps.media.languages import name_of
from apps.streaming.enums import RenditionKind
from apps.streaming.models import Rendition
from apps.streaming.playlists import Bandwidth, Sound, Text, Variant, master_playlist, quotable

_STEREO = 2
_Track = TypeVar("_Track", Sound, Text)


def master_of(rows: Sequence[Rendition], *, growing: bool = False) -> str:
    """Sound stands beside pictures as one group, and once more as a variant of its own, for lines that carry no picture.

    Without pictures each rate of the main track is a variant; other tracks stand beside it in a group per rate.
    """
    pictures = [row for row in rows if row.kind == RenditionKind.VIDEO]
    sounds = [row for row in rows if row.kind == RenditionKind.AUDIO]
    texts = list(_told_apart([_text(row) for row in rows if row.kind == RenditionKind.TEXT]))
    main = sorted((row for row in sounds if row.main), key=_rate)
    if pictures:
        variants = [_variant(row, "audio" if sounds else "") for row in sorted(pictures, key=_by_codec_and_rate)]
        variants += [_variant(row, "audio") for row in main[:1]]
        return master_playlist(variants, _group(sounds, "audio"), texts, growing=growing)
    if len(main) == len(sounds):
        return master_playlist([_variant(row) for row in main], [], [], growing=growing)
    return _many_tracks(main, sounds, growing=growing)


def _many_tracks(main: Sequence[Rendition], sounds: Sequence[Rendition], *, growing: bool) -> str:
    groups = {row.cap_kbps: f"audio{row.cap_kbps}" for row in main}
    variants = [_variant(row, groups[row.cap_kbps]) for row in main]
    listed = [
        sound
        for kbps, group in sorted(groups.items())
        for sound in _group([row for row in sounds if row.cap_kbps == kbps], group)
    ]
    return master_playlist(variants, listed, [], growing=growing)


def _group(rows: Sequence[Rendition], group: str) -> list[Sound]:
    return list(_told_apart([_sound(row, group) for row in sorted(rows, key=_beside)]))


def _told_apart(tracks: Sequence[_Track]) -> Iterator[_Track]:
    """No two tracks of a group have the same name (RFC 8216, 4.3.4.1.1): the second gets a number."""
    taken: set[str] = set()
    for track in tracks:
        label = name = quotable(track.label)
        number = 1
        while name in taken:
            number += 1
            name = f"{label} ({number})"
        taken.add(name)
        yield replace(track, label=name)


def _rate(row: Rendition) -> int:
    return row.bandwidth or 0


def _by_codec_and_rate(row: Rendition) -> tuple[bool, str, int]:
    """What every player knows comes first, and of that what starts fastest."""
    return not row.codecs.startswith("avc"), row.codecs[:4], _rate(row)


def _beside(row: Rendition) -> tuple[bool, int, str]:
    """The main track first, the tenth after the second."""
    return not row.main, len(row.name), row.name


def _bandwidth(row: Rendition) -> Bandwidth:
    return Bandwidth(peak=row.bandwidth or 0, average=row.average_bandwidth or 0)


def _variant(row: Rendition, group: str = "") -> Variant:
    rate = Fraction(row.rate_num, row.rate_den) if row.rate_num and row.rate_den else None
    return Variant(row.name, row.codecs, _bandwidth(row), row.width, row.height, rate, group)


def _sound(row: Rendition, group: str) -> Sound:
    return Sound(
        row.name,
        row.codecs,
        _bandwidth(row),
        row.channels or _STEREO,
        group,
        row.language,
        _label(row),
        default=row.main,
    )


def _label(row: Rendition) -> str:
    """What a menu shows: the track's own title, else its language; surround says so."""
    label = row.title or name_of(row.language) or "Sound"
    return f"{label} (5.1)" if (row.channels or 0) > _STEREO else label


def _text(row: Rendition) -> Text:
    return Text(row.name, row.language, text_label(row), default=row.main, forced=row.forced, described=row.described)


def text_label(row: Rendition) -> str:
    """What a menu shows for a track of text."""
    return row.title or name_of(row.language) or "Subtitles"
