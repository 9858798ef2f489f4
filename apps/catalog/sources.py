"""What is known of an item's file, in the words of the API."""

from collections.abc import Iterable
from dataclasses import dataclass

from apps.media.languages import tag_of
from apps.media.models import Asset


@dataclass(frozen=True)
class Source:
    """`width`, `height` and the codecs are those of the first tracks; languages are BCP 47 tags, each once."""

    name: str
    content_type: str
    size_bytes: int
    width: int | None = None
    height: int | None = None
    video_codec: str | None = None
    audio_codec: str | None = None
    languages: tuple[str, ...] = ()
    text_languages: tuple[str, ...] = ()


def source_of(asset: Asset) -> Source:
    """Only what is sure where the file has not been probed yet."""
    if not asset.probe:
        return Source(asset.name, asset.content_type, asset.size_bytes)
    facts = asset.facts
    return Source(
        asset.name,
        asset.content_type,
        asset.size_bytes,
        width=facts.video.width if facts.video else None,
        height=facts.video.height if facts.video else None,
        video_codec=facts.video.codec if facts.video else None,
        audio_codec=facts.audio[0].codec if facts.audio else None,
        languages=_tags(track.language for track in facts.audio),
        text_languages=_tags(track.language for track in facts.text),
    )


def _tags(languages: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(tag for language in languages if (tag := tag_of(language))))
