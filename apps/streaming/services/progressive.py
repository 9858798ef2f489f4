"""The one whole file of an item that is only heard."""

import re
import shutil
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

from apps.media.errors import ProgramError
from apps.media.ffmpeg.run import run
from apps.media.models import Loudness
from apps.media.services.local import local_copy
from apps.streaming.encode.hls import INIT
from apps.streaming.encode.parts import Part, Segment
from apps.streaming.encode.whole import best_rung, cover_line, whole_line, write_tags
from apps.streaming.models import Generation
from apps.streaming.services.beside import PROGRESSIVE, keeping, place_all
from apps.streaming.services.commit import Attempt

_WALL_S = 1800
_COVER_WALL_S = 30
_COVER_BYTES = 4 << 20
_NAMED = re.compile(r"[a-z0-9][a-z0-9-]{0,34}")
_BLOCK = 1 << 20


def make_whole_file(*, generation: Generation, parts: Sequence[Part], folder: Path, check: Callable[[], None]) -> Path:
    """Puts the best rung's segments into one file, with tags and cover. They must all be committed.

    Returns the file, which lies alone in its folder. Raises ProgramError's kinds.
    """
    rung = best_rung(generation.what_to_make.audio[0])
    name = f"{_file_name(generation.item.slug)}.m4a"
    made = folder / PROGRESSIVE
    made.mkdir()
    joined = folder / "joined.mp4"
    (part,) = [part for part in parts if part.folder.name == rung.name]
    _join(generation.folder / rung.name, part.segments, joined)
    run(whole_line(joined, made / name), wall_s=_WALL_S, check=check)
    joined.unlink()
    _tag(generation, made / name, _cover(generation, folder, check))
    return made / name


def keep_whole_file(*, generation: Generation, file: Path, attempt: Attempt) -> None:
    with keeping(generation, attempt) as own:
        place_all(file.parent, generation.folder / PROGRESSIVE)
        own.update(progressive=file.name)


def _file_name(slug: str) -> str:
    """What the file is called when it is downloaded: as the address of its item, if that is plain."""
    found = _NAMED.match(slug.lower())
    return found[0].rstrip("-") if found else "sound"


def _join(rendition: Path, segments: Sequence[Segment], target: Path) -> None:
    with target.open("wb") as joined:
        for name in (INIT, *(segment.name for segment in segments)):
            with (rendition / name).open("rb") as part:
                shutil.copyfileobj(part, joined, _BLOCK)


def _cover(generation: Generation, folder: Path, check: Callable[[], None]) -> bytes | None:
    """The picture in the source, if there is one that can be read."""
    asset = generation.item.asset
    if asset is None or asset.facts.cover_index is None:
        return None
    target = folder / "cover.jpg"
    with suppress(ProgramError), local_copy(asset, check=check) as source:
        run(cover_line(source, asset.facts.cover_index, target), wall_s=_COVER_WALL_S, check=check)
    fits = target.exists() and 0 < target.stat().st_size <= _COVER_BYTES
    return target.read_bytes() if fits else None


def _tag(generation: Generation, file: Path, cover: bytes | None) -> None:
    asset = generation.item.asset
    if asset is not None:
        loudness = Loudness.objects.filter(asset=asset, measurable=True).first()
        write_tags(file, title=generation.item.title, tags=asset.facts.tags, loudness=loudness, cover=cover)
