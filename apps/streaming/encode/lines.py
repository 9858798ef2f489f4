"""FFmpeg's command lines for one chunk of pictures, and for the sound of a whole file."""

import os
from math import ceil, floor
from pathlib import Path
from typing import Any

from django.conf import settings

from apps.media.ffmpeg.commands import line, output, source
from apps.streaming.plan import AudioPlan, Plan, Rung, VideoPlan

INIT = "init.mp4"
SEGMENT = "seg_%05d.m4s"

# Presentation starts at 0 and there is no edit list (browsers ignore it). `+cmaf` would undo this in FFmpeg 9.
_MOVFLAGS = "movflags=+negative_cts_offsets:use_editlist=0"
_AAC_FRAME = 1024
_TONE_MAP = (
    ("zscale", {"transfer": "linear", "npl": 100}),
    ("format", {"pix_fmts": "gbrpf32le"}),
    ("zscale", {"primaries": "bt709"}),
    ("tonemap", {"tonemap": "hable", "desat": 0}),
    ("zscale", {"transfer": "bt709", "matrix": "bt709", "range": "tv"}),
)


def chunk_line(path: Path, whole: Plan, index: int, folder: Path) -> list[str]:
    """Encodes chunk `index` for all rungs, each into its own folder below `folder`. Decodes the source once.

    Every chunk is written as if it began at 0. It is found by decode seek, one second early; then the constant-rate grid
    is laid and what comes before the chunk is cut off by counting, so that each frame falls into the same place of the
    grid as it would in one go.
    """
    plan = whole.video
    if plan is None:
        raise ValueError("this plan has no pictures")
    first = index * plan.chunk_frames
    lead_in = min(first, ceil(plan.rate.fraction))
    given = source(path, **_seek(plan, first - lead_in), threads=_threads())
    frames = _on_grid(given[str(plan.stream)], plan, lead_in, from_start=first == 0, last=plan.is_last(index))
    copies = frames.filter_multi_output("split", len(plan.rungs)) if len(plan.rungs) > 1 else [frames]
    outputs = [
        output([_sized(copies[number], rung)], _target(folder / rung.name), **_video_options(plan, rung, index, folder))
        for number, rung in enumerate(plan.rungs)
    ]
    return line(*outputs, *_anchors(given, whole, plan.stream))


def _anchors(given: Any, whole: Plan, used: int) -> list[Any]:
    """Makes FFmpeg look at the other streams too, for one packet each.

    In some containers it takes the first time stamp of the streams *in use* for the beginning. Runs that use different
    streams would then disagree about it, and lips would go out of step.
    """
    others = [given[str(index)] for index in whole.streams if index != used]
    one_each = {"c": "copy", "frames:v": 1, "frames:a": 1}
    return [output(others, "-", format="null", **one_each)] if others else []


def _seek(plan: VideoPlan, frame: int) -> dict[str, str | None]:
    """To the key frame at or before it: what comes too early is cut off by counting, and a frame that is shown for very
    long is still there when the chunk begins in the middle of it. Rounded down to FFmpeg's microseconds.
    """
    if frame == 0:
        return {}
    micros = floor(frame / plan.rate.fraction * 1_000_000)
    return {"ss": f"{micros // 1_000_000}.{micros % 1_000_000:06d}", "noaccurate_seek": None}


def _on_grid(stream: Any, plan: VideoPlan, lead_in: int, *, from_start: bool, last: bool) -> Any:
    """The stream at its constant rate, from the chunk's first frame on. Before the first frame of all it is repeated."""
    if plan.interlaced:
        stream = stream.filter("bwdif", mode="send_frame")
    start = {"start_time": 0} if from_start else {}
    stream = stream.filter("fps", fps=str(plan.rate), round="near", **start)
    end = {} if last else {"end_pts": lead_in + plan.chunk_frames}
    if lead_in or end:
        stream = stream.filter("trim", start_pts=lead_in, **end).filter("setpts", f"PTS-{lead_in}")
    for name, options in _TONE_MAP if plan.hdr else ():
        stream = stream.filter(name, **options)
    return stream


def _sized(stream: Any, rung: Rung) -> Any:
    return (
        stream.filter("scale", rung.width, rung.height, flags="bicubic").filter("setsar", 1).filter("format", "yuv420p")
    )


def _video_options(plan: VideoPlan, rung: Rung, index: int, folder: Path) -> dict[str, Any]:
    grid = plan.segment_frames
    count = {} if plan.is_last(index) else {"frames:v": plan.chunk_frames}
    # Half a frame short: the muxer cuts at the first key frame after this time, and key frames lie on the grid alone.
    almost = float((grid - 0.5) / plan.rate.fraction)
    return {
        "c:v": "libx264",
        "preset": plan.preset,
        "crf": plan.crf,
        "maxrate": f"{rung.kbps}k",
        "bufsize": f"{2 * rung.kbps}k",
        "g": grid,
        "keyint_min": grid,
        "sc_threshold": 0,
        "force_key_frames": f"expr:eq(mod(n,{grid}),0)",
        "bf": plan.b_frames,
        "flags": "+cgop",
        "fps_mode": "passthrough",
        "threads": _threads(),
        **count,
        **_segments(folder / rung.name, almost, 1 + index * plan.chunk_segments),
    }


def audio_line(path: Path, whole: Plan, plan: AudioPlan, folder: Path) -> list[str]:
    """Encodes one whole track. Gaps are filled with silence, so that the sound stays with the picture."""
    given = source(path)
    stream = given[str(plan.stream)].filter("aresample", plan.sample_rate, **{"async": 1, "first_pts": 0})
    if plan.in_step:
        # The encoder puts one frame in front, and no edit list takes it away again: one less here keeps lips in step.
        stream = stream.filter("atrim", start_sample=_AAC_FRAME).filter("asetpts", "PTS-STARTPTS")
    options: dict[str, Any] = {"c:a": "aac", "b:a": f"{plan.kbps}k", "ac": plan.channels, "threads": 1}
    made = folder / plan.name
    encoded = output([stream], _target(made), **options, **_segments(made, plan.segment_s, 1))
    return line(encoded, *_anchors(given, whole, plan.stream))


def _target(folder: Path) -> str:
    return f"file:{folder / 'ffmpeg.m3u8'}"


def _segments(folder: Path, seconds: float, start_number: int) -> dict[str, Any]:
    return {
        "map_metadata": -1,
        "map_chapters": -1,
        "f": "hls",
        "hls_time": f"{seconds:.6f}",
        "hls_list_size": 0,
        "hls_playlist_type": "vod",
        "hls_segment_type": "fmp4",
        "hls_segment_options": _MOVFLAGS,
        "hls_fmp4_init_filename": INIT,
        "hls_segment_filename": str(folder / SEGMENT),
        "start_number": start_number,
    }


def _threads() -> int:
    """What one of the encoder queue's slots may use of this host."""
    return max(1, (os.cpu_count() or 1) // settings.JOB_QUEUE_SLOTS["cpu"])
