"""Encoders that run on the CPU: libx264, libx265 and SVT-AV1.

x264's scale of quality is the site's. The others' differ; each is moved by what lies between the defaults of the programs,
which mean the same to their authors: 23 of x264, 28 of x265, 35 of SVT-AV1.
"""

from collections.abc import Sequence

from apps.streaming.encode.codecs.base import Device, Encoder, Family, Options, rate_and_grid
from apps.streaming.encode.hls import threads
from apps.streaming.ladder import AV1, CPU_ENCODERS, H264, HEVC, Rung
from apps.streaming.plan import VideoPlan

CPU = Device("cpu", "CPU")
_X265_LATER, _SVT_LATER = 5, 12
_X265_WORST, _SVT_WORST = 51, 63
# About as fast as x264 with the preset of that name.
_SVT_PRESETS = {
    "ultrafast": 11,
    "superfast": 10,
    "veryfast": 9,
    "faster": 8,
    "fast": 7,
    "medium": 6,
    "slow": 5,
    "slower": 4,
    "veryslow": 3,
}
_SVT_MOST_PARALLEL = 6


def _find() -> Sequence[Device]:
    return (CPU,)


def _x264(rung: Rung, plan: VideoPlan, device: Device | None) -> Options:  # noqa: ARG001
    return {
        "c:v": "libx264",
        "preset": plan.preset,
        "crf": plan.crf_of(rung),
        **rate_and_grid(rung, plan),
        "keyint_min": plan.segment_frames,
        "sc_threshold": 0,
        "bf": plan.b_frames,
        "flags": "+cgop",
        "threads": threads(),
    }


def _x265(rung: Rung, plan: VideoPlan, device: Device | None) -> Options:  # noqa: ARG001
    """`info=0`: else x265 writes its options and the CPU's abilities into the header, which must be the same everywhere."""
    grid = plan.segment_frames
    params = {
        "info": 0,
        "log-level": "error",
        "keyint": grid,
        "min-keyint": grid,
        "scenecut": 0,
        "open-gop": 0,
        "repeat-headers": 0,
        "pools": threads(),
    }
    return {
        "c:v": "libx265",
        "tag:v": "hvc1",
        "preset": plan.preset,
        "crf": min(_X265_WORST, plan.crf_of(rung) + _X265_LATER),
        **rate_and_grid(rung, plan),
        "forced-idr": 1,
        "bf": plan.b_frames,
        "x265-params": ":".join(f"{name}={value}" for name, value in params.items()),
        "threads": threads(),
    }


def _svtav1(rung: Rung, plan: VideoPlan, device: Device | None) -> Options:  # noqa: ARG001
    """Reordered pictures travel hidden inside AV1's temporal units, so that nothing has to be held back."""
    params = {"lp": min(_SVT_MOST_PARALLEL, threads()), "scd": 0, "irefresh-type": 2}
    return {
        "c:v": "libsvtav1",
        "preset": _SVT_PRESETS[plan.preset],
        "crf": min(_SVT_WORST, plan.crf_of(rung) + _SVT_LATER),
        "maxrate": f"{rung.kbps}k",
        "bufsize": f"{2 * rung.kbps}k",
        "g": plan.segment_frames,
        "svtav1-params": ":".join(f"{name}={value}" for name, value in params.items()),
        "threads": threads(),
    }


FAMILY = Family("cpu", "CPU", _find, hardware=False)
ENCODERS = (
    Encoder(CPU_ENCODERS[H264], H264, FAMILY, _x264),
    Encoder(CPU_ENCODERS[HEVC], HEVC, FAMILY, _x265),
    Encoder(CPU_ENCODERS[AV1], AV1, FAMILY, _svtav1),
)
