"""From rows to a master playlist: which renditions stand side by side in groups, and which are variants."""

from collections.abc import Sequence
from fractions import Fraction

from apps.media.languages import name_of
from apps.streaming.enums import RenditionKind
from apps.streaming.models import Rendition
from apps.streaming.playlists import Bandwidth, Sound, Text, Variant, master_playlist

_STEREO = 2


def master_of(rows: Sequence[Rendition], *, growing: bool = False) -> str:
    """Sound stands beside pictures as one group, and once more as a variant of its own, for lines that carry no picture.

    Without pictures each rate of the main track is a variant; other tracks stand beside it in a group per rate.
    """
    pictures = [row for row in rows if row.kind == RenditionKind.VIDEO]
    sounds = [row for row in rows if row.kind == RenditionKind.AUDIO]
    texts = [_text(row) for row in rows if row.kind == RenditionKind.TEXT]
    main = sorted((row for row in sounds if row.main), key=_rate)
    if pictures:
        variants = [_variant(row, "audio" if sounds else "") for row in sorted(pictures, key=_by_codec_and_rate)]
        variants += [_variant(row, "audio") for row in main[:1]]
        return master_playlist(
            variants, [_sound(row, "audio") for row in sorted(sounds, key=_beside)], texts, growing=growing
        )
    if len(main) == len(sounds):
        return master_playlist([_variant(row) for row in main], [], [], growing=growing)
    return _many_tracks(main, sounds, growing=growing)


def _many_tracks(main: Sequence[Rendition], sounds: Sequence[Rendition], *, growing: bool) -> str:
    groups = {row.cap_kbps: f"audio{row.cap_kbps}" for row in main}
    variants = [_variant(row, groups[row.cap_kbps]) for row in main]
    listed = sorted((row for row in sounds if row.cap_kbps in groups), key=lambda row: (row.cap_kbps, *_beside(row)))
    return master_playlist(variants, [_sound(row, groups[row.cap_kbps]) for row in listed], [], growing=growing)


def _rate(row: Rendition) -> int:
    return row.bandwidth or 0


def _by_codec_and_rate(row: Rendition) -> tuple[bool, str, int]:
    """What every player knows comes first, and of that what starts fastest."""
    return not row.codecs.startswith("avc"), row.codecs[:4], _rate(row)


def _beside(row: Rendition) -> tuple[bool, str]:
    return not row.main, row.name


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
