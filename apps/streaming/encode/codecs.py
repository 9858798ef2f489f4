"""How each encoder is told the same thing: one closed group of pictures per segment, a quality, and a cap."""

from collections.abc import Callable
from typing import Any

from apps.streaming.encode.hls import threads
from apps.streaming.ladder import Rung
from apps.streaming.plan import VideoPlan

Options = dict[str, Any]


def encoder_options(rung: Rung, plan: VideoPlan) -> Options:
    """FFmpeg's output options for the rung's encoder. Key frames lie on the grid and nowhere else."""
    return {**_COMMON[rung.encoder](rung, plan), "fps_mode": "passthrough"}


def pixel_format(rung: Rung) -> str:  # noqa: ARG001 (hardware encoders differ)
    """What the encoder takes."""
    return "yuv420p"


def _x264(rung: Rung, plan: VideoPlan) -> Options:
    grid = plan.segment_frames
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
        "threads": threads(),
    }


_COMMON: dict[str, Callable[[Rung, VideoPlan], Options]] = {"libx264": _x264}
