"""Is what was encoded all of the source, and fit to be published?"""

import hashlib
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from apps.media.ffmpeg.count import FileCount, count_packets
from apps.media.ffmpeg.facts import Probe
from apps.media.services.local import local_copy
from apps.streaming.encode.hls import INIT
from apps.streaming.encode.parts import Segment
from apps.streaming.enums import RenditionKind
from apps.streaming.models import ChunkOutput, Generation, Rendition
from apps.streaming.plan import Plan, VideoPlan
from apps.streaming.services.wholes import wholes_of
from apps.streaming.validator import Expected, Fault, Whole, find_fault

_COUNT_WALL_S = 6 * 3600
_PER_JUMP = 3  # frames that a join may take or give


def count_source(*, generation: Generation, check: Callable[[], None] | None = None) -> dict[str, Any]:
    """What the source holds on the plan's timeline, JSON-able, for `expected_of`. Reads the whole source once."""
    plan, asset = generation.what_to_make, generation.item.asset
    if asset is None:
        raise ValueError("this item has no source")
    probe = asset.facts
    with local_copy(asset, check=check) as path:
        counted = count_packets(path, plan.streams, container=probe.container, wall_s=_COUNT_WALL_S, check=check)
    origin_us = probe.start_us + plan.origin_us
    sound = {
        rung.name: max(0, counted.streams[track.stream].end_us - origin_us) // 1000
        for track in plan.audio
        for rung in track.rungs
    }
    frames = _frames(probe, plan.video, counted, origin_us) if plan.video else (0, 0)
    return {"frames": frames, "sound_ms": sound}


def expected_of(counted: Mapping[str, Any], *, damaged: bool) -> Expected:
    fewest, most = counted["frames"]
    sound_s = {name: length / 1000 for name, length in counted["sound_ms"].items()}
    return Expected(range(fewest, most + 1), sound_s, damaged)


def _frames(probe: Probe, plan: VideoPlan, counted: FileCount, origin_us: int) -> tuple[int, int]:
    """The fewest and the most frames that the source has on the plan's grid."""
    found = counted.streams[plan.stream]
    if not found.end_us:
        return found.packets, found.packets
    places = round((found.end_us - origin_us) * plan.rate.fraction / 1_000_000)
    late = probe.video.held_back if probe.video and found.guessed else 0
    # A constant rate leaves no doubt; a variable one rounds its last frame this way or that.
    exact = probe.video is not None and probe.video.constant_rate and not plan.interlaced and not counted.jumps
    slack = 0 if exact else 1 + _PER_JUMP * counted.jumps
    return max(1, places - slack), places + slack + late


def judge(*, generation: Generation, expected: Expected) -> Fault | None:
    """What keeps the generation from being published, if anything does."""
    plan = generation.what_to_make
    found = ChunkOutput.objects.filter(generation=generation, complete=True)
    if set(found.values_list("rendition__name", "index")) != set(_pieces(plan)):
        return Fault("parts", "parts are missing")
    wholes = wholes_of(generation)
    for rendition, whole in wholes.items():
        if not _is_init_there(generation, rendition):
            return Fault("files", f"the beginning of {rendition.name} is not on the disk as it was made")
        for segment in whole.segments:
            if not _is_there(generation, rendition, segment):
                return Fault("files", f"{segment.name} of {rendition.name} is not on the disk as it was made")
    pictures, sound = _of_kind(wholes, RenditionKind.VIDEO), _of_kind(wholes, RenditionKind.AUDIO)
    return find_fault(plan.video, pictures, sound, expected)


def _pieces(plan: Plan) -> Iterator[tuple[str, int]]:
    """Every piece that must be there, as (rendition, index)."""
    if plan.video:
        yield from ((rung.name, index) for rung in plan.video.encoded for index in range(plan.chunks))
        yield from ((rung.name, 0) for rung in plan.video.copied)
    yield from ((rung.name, 0) for track in plan.audio for rung in track.rungs)


def _of_kind(wholes: Mapping[Rendition, Whole], kind: str) -> list[Whole]:
    return [whole for rendition, whole in wholes.items() if rendition.kind == kind]


def _is_init_there(generation: Generation, rendition: Rendition) -> bool:
    path = generation.folder / rendition.name / INIT
    return path.is_file() and hashlib.sha256(path.read_bytes()).hexdigest() == rendition.init_sha256


def _is_there(generation: Generation, rendition: Rendition, segment: Segment) -> bool:
    path = generation.folder / rendition.name / segment.name
    return path.is_file() and path.stat().st_size == segment.size_bytes
