"""Is what was encoded all of the source, and fit to be published?"""

from collections.abc import Callable, Iterator, Mapping

from apps.media.ffmpeg.count import count_packets
from apps.streaming.encode.parts import Segment
from apps.streaming.enums import RenditionKind
from apps.streaming.models import ChunkOutput, Generation, Rendition
from apps.streaming.plan import Plan
from apps.streaming.services.wholes import wholes_of
from apps.streaming.validator import Fault, Whole, find_fault

_COUNT_WALL_S = 6 * 3600


def count_frames(*, generation: Generation, check: Callable[[], None] | None = None) -> tuple[int, int]:
    """The fewest and the most frames that the source has on the plan's grid. Reads the whole source once."""
    plan = generation.what_to_make.video
    asset = generation.item.asset
    if plan is None or asset is None:
        return 0, 0
    probe = asset.facts
    counted = count_packets(
        asset.file, generation.what_to_make.streams, container=probe.container, wall_s=_COUNT_WALL_S, check=check
    )
    found = counted.streams[plan.stream]
    if not found.end_us:
        return found.packets, found.packets
    length_us = found.end_us - probe.start_us - generation.what_to_make.origin_us
    places = round(length_us * plan.rate.fraction / 1_000_000)
    late = probe.video.held_back if probe.video and found.guessed else 0
    # A constant rate leaves no doubt; a variable one rounds its last frame this way or that.
    exact = probe.video is not None and probe.video.constant_rate and not plan.interlaced
    return (places, places + late) if exact else (max(1, places - 1), places + 1 + late)


def judge(*, generation: Generation, frames: range) -> Fault | None:
    """What keeps the generation from being published, if anything does."""
    plan = generation.what_to_make
    found = ChunkOutput.objects.filter(generation=generation, complete=True)
    if set(found.values_list("rendition__name", "index")) != set(_pieces(plan)):
        return Fault("parts", "parts are missing")
    wholes = wholes_of(generation)
    for rendition, whole in wholes.items():
        for segment in whole.segments:
            if not _is_there(generation, rendition, segment):
                return Fault("files", f"{segment.name} of {rendition.name} is not on the disk as it was made")
    pictures, sound = _of_kind(wholes, RenditionKind.VIDEO), _of_kind(wholes, RenditionKind.AUDIO)
    return find_fault(plan.video, pictures, sound, frames)


def _pieces(plan: Plan) -> Iterator[tuple[str, int]]:
    """Every piece that must be there, as (rendition, index)."""
    if plan.video:
        yield from ((rung.name, index) for rung in plan.video.encoded for index in range(plan.chunks))
        yield from ((rung.name, 0) for rung in plan.video.copied)
    yield from ((rung.name, 0) for track in plan.audio for rung in track.rungs)


def _of_kind(wholes: Mapping[Rendition, Whole], kind: str) -> list[Whole]:
    return [whole for rendition, whole in wholes.items() if rendition.kind == kind]


def _is_there(generation: Generation, rendition: Rendition, segment: Segment) -> bool:
    path = generation.folder / rendition.name / segment.name
    return path.is_file() and path.stat().st_size == segment.size_bytes
