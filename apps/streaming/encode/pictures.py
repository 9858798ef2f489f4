"""FFmpeg's command lines for pictures: one chunk for several rungs, the first seconds of one, or packets as they are."""

from collections.abc import Sequence
from math import ceil, floor
from pathlib import Path
from typing import Any

from apps.media.ffmpeg.commands import line, output, source
from apps.media.ffmpeg.filters import decoded_by, on_black, to_sdr
from apps.media.ffmpeg.graphs import steady_pictures, unchanging
from apps.streaming.encode.codecs import Device, encoder_options, named
from apps.streaming.encode.hls import anchors, segments, target, threads
from apps.streaming.ladder import Rung
from apps.streaming.plan import Plan, VideoPlan


def chunk_line(
    path: Path, whole: Plan, rungs: Sequence[Rung], index: int, folder: Path, *, device: Device | None = None
) -> list[str]:
    """Encodes chunk `index` for these rungs, each into its own folder below `folder`. Decodes the source once.

    `device` is what those rungs run on whose encoders are hardware.

    Every chunk is written as if it began at 0. It is found by decode seek, one second early; then the constant-rate grid
    is laid and what comes before the chunk is cut off by counting, so that each frame falls into the same place of the
    grid as it would in one go.
    """
    plan = pictures_of(whole)
    first = index * plan.chunk_frames
    lead_in = min(first, ceil(plan.rate.fraction))
    given = source(path, **_seek(whole, plan, first - lead_in), **decoding(plan))
    outputs = rung_outputs(given, plan, rungs, index, folder, lead_in=lead_in, device=device)
    return line(*outputs, *anchors(given, whole, plan.stream), options=process_options(rungs, device))


def rung_outputs(
    given: Any,
    plan: VideoPlan,
    rungs: Sequence[Rung],
    index: int,
    folder: Path,
    *,
    lead_in: int = 0,
    device: Device | None = None,
) -> list[Any]:
    """One output per rung, all fed by one decoder. `lead_in`: frames before the chunk that `given` begins with."""
    begins_early = index * plan.chunk_frames - lead_in <= plan.first_frame
    frames = _on_grid(given[str(plan.stream)], plan, lead_in, begins_early=begins_early, last=plan.is_last(index))
    copies = frames.filter_multi_output("split", len(rungs)) if len(rungs) > 1 else [frames]
    return [
        output(
            [_sized(copies[number], rung)], target(folder / rung.name), **_options(plan, rung, index, folder, device)
        )
        for number, rung in enumerate(rungs)
    ]


def process_options(rungs: Sequence[Rung], device: Device | None) -> list[str]:
    """What FFmpeg must be told once, for all of these rungs."""
    families = {named(rung.encoder).family for rung in rungs if rung.hardware}
    return [option for family in families for option in family.process_options(device)] if device else []


def copy_line(path: Path, whole: Plan, rung: Rung, folder: Path) -> list[str]:
    """The source's own packets, cut at its key frames, from beginning to end."""
    plan = pictures_of(whole)
    given = source(path, **from_origin(whole))
    made = folder / rung.name
    copied = output([given[str(plan.stream)]], target(made), **{"c:v": "copy"}, **segments(made, _a_segment(plan), 1))
    return line(copied, *anchors(given, whole, plan.stream))


def pictures_of(whole: Plan) -> VideoPlan:
    if whole.video is None:
        raise ValueError("this plan has no pictures")
    return whole.video


def decoding(plan: VideoPlan) -> dict[str, Any]:
    """The input options for pictures that are decoded."""
    return {**decoded_by(plan.stream, plan.decoder), **unchanging(turned=plan.turned), "threads": threads()}


def from_origin(whole: Plan) -> dict[str, str]:
    """The input option that makes the source begin where the plan says that 0 is."""
    return {"itsoffset": _micros(-whole.origin_us)} if whole.origin_us else {}


def _seek(whole: Plan, plan: VideoPlan, frame: int) -> dict[str, str | None]:
    """To the key frame at or before it: what comes too early is cut off by counting, and a frame that is shown for very
    long is still there when the chunk begins in the middle of it. Rounded down to FFmpeg's microseconds.
    """
    if frame == 0:
        return dict(from_origin(whole))
    at = floor(frame / plan.rate.fraction * 1_000_000) + whole.origin_us
    return {"ss": _micros(at), "noaccurate_seek": None}


def _micros(micros: int) -> str:
    """Seconds, as FFmpeg reads them."""
    return f"{'-' if micros < 0 else ''}{abs(micros) // 1_000_000}.{abs(micros) % 1_000_000:06d}"


def _on_grid(stream: Any, plan: VideoPlan, lead_in: int, *, begins_early: bool, last: bool) -> Any:
    """The stream at its constant rate, from the chunk's first frame on. Before the first frame of all it is repeated."""
    stream = steady_pictures(stream, plan.width, plan.height, plan.pixel_format)
    if plan.interlaced:
        stream = stream.filter("bwdif", mode="send_frame")
    start = {"start_time": 0} if begins_early else {}
    stream = stream.filter("fps", fps=str(plan.rate), round="near", **start)
    end = {} if last else {"end_pts": lead_in + plan.chunk_frames}
    if lead_in or end:
        stream = stream.filter("trim", start_pts=lead_in, **end).filter("setpts", f"PTS-{lead_in}")
    if plan.alpha:
        stream = on_black(stream)
    return to_sdr(stream) if plan.hdr else stream


def _sized(stream: Any, rung: Rung) -> Any:
    sized = stream.filter("scale", rung.width, rung.height, flags="bicubic", out_range="tv").filter("setsar", 1)
    for name, arguments in named(rung.encoder).family.filters:
        sized = sized.filter(name, *arguments)
    return sized


def _options(plan: VideoPlan, rung: Rung, index: int, folder: Path, device: Device | None) -> dict[str, Any]:
    count = {} if plan.is_last(index) else {"frames:v": plan.chunk_frames}
    where = segments(folder / rung.name, _almost_a_segment(plan), 1 + index * plan.chunk_segments)
    return {**encoder_options(rung, plan, device), **count, **where}


def _a_segment(plan: VideoPlan) -> float:
    """Exactly, to FFmpeg's microsecond: packets that are copied may have key frames within a segment too."""
    return floor(plan.segment_s * 1_000_000) / 1_000_000


def _almost_a_segment(plan: VideoPlan) -> float:
    """Half a frame short: the muxer cuts at the first key frame after this time, and key frames lie on the grid alone."""
    return float((plan.segment_frames - 0.5) / plan.rate.fraction)
