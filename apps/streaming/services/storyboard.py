"""Pictures for the seek bar of a published generation, from the key frames of its own lowest rung."""

from pathlib import Path
from uuid import UUID

from apps.catalog.models import Item
from apps.core.realtime.hub import publish as tell
from apps.jobs.enums import Priority
from apps.jobs.services.submit import submit
from apps.media.enums import Place
from apps.media.ffmpeg.run import run
from apps.streaming.encode.hls import INIT
from apps.streaming.encode.parts import BadOutput, Segment, segments_from_json
from apps.streaming.encode.sheets import join_for_sheets, sheets_line
from apps.streaming.models import ChunkOutput, Generation, Rendition
from apps.streaming.services.beside import STORY, keeping, place_all
from apps.streaming.services.commit import Attempt
from apps.streaming.services.encode import Watcher
from apps.streaming.services.move import add_objects, files_of
from apps.streaming.storyboard import as_json, as_vtt, choose, lay_out
from apps.streaming.work import STORYBOARD, GenerationParams

_WALL_S = 3600


def want_storyboard(*, generation_id: UUID, item_id: UUID) -> None:
    """Queues the work for a generation with pictures, in the transaction that publishes it."""
    generation = Generation.objects.get(pk=generation_id)
    if generation.what_to_make.video is None or generation.storyboard:
        return
    submit(
        kind=STORYBOARD,
        params=GenerationParams(generation_id=generation_id),
        owner_id=Item.objects.values_list("owner_id", flat=True).get(pk=item_id),
        subject=f"catalog.item:{item_id}",
        priority=Priority.LOW,
        idempotency_key=f"{STORYBOARD}:{generation_id}",
    )


def make_storyboard(*, generation: Generation, folder: Path, watcher: Watcher) -> Path:
    """Returns a folder with sheets, `storyboard.vtt` and `storyboard.json`. Raises BadOutput and ProgramError's kinds."""
    rung = _rung(generation)
    segments = _segments(rung)
    chosen = [segments[index] for index in choose(len(segments))]
    sheets = lay_out(rung.width or 1, rung.height or 1, len(chosen))
    timescale = rung.timescale or 1
    step = max(segment.ticks for segment in chosen) + timescale
    joined = folder / "joined.mp4"
    names = [INIT, *(segment.name for segment in chosen)]
    with files_of(rung, names, folder / "rung", watcher.check) as there:
        join_for_sheets(there, INIT, chosen, step, joined)
    made = folder / STORY
    made.mkdir()
    run(
        sheets_line(joined, sheets, step / timescale, made),
        wall_s=_WALL_S,
        on_progress=watcher.on_progress,
        check=watcher.check,
    )
    joined.unlink()
    if sorted(path.name for path in made.iterdir()) != sheets.names:
        raise BadOutput("sheets", f"there are not {len(sheets.names)} sheets")
    starts_ms = [segment.start * 1000 // timescale for segment in chosen]
    end_ms = (segments[-1].start + segments[-1].ticks) * 1000 // timescale
    (made / "storyboard.vtt").write_text(as_vtt(sheets, starts_ms, end_ms))
    (made / "storyboard.json").write_text(as_json(sheets, starts_ms, end_ms))
    return made


def keep_storyboard(*, generation: Generation, made: Path, attempt: Attempt) -> None:
    with keeping(generation, attempt) as own:
        if own.get().storage == Place.S3:
            add_objects(generation, made, STORY, attempt.still_mine)
        else:
            place_all(made, generation.folder / STORY)
        own.update(storyboard=True)
        tell(f"item:{generation.item_id}", "stream.storyboard", ref=generation.pk, version=generation.number)


def _rung(generation: Generation) -> Rendition:
    video = generation.what_to_make.video
    if video is None:
        raise BadOutput("sheets", "there are no pictures")
    rung = generation.renditions.get(name=video.lowest.name)
    rung.generation = generation
    return rung


def _segments(rung: Rendition) -> list[Segment]:
    rows = ChunkOutput.objects.filter(rendition=rung).order_by("index")
    return [segment for row in rows for segment in segments_from_json(row.segments)]
