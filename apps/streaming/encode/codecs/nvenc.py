"""NVIDIA's encoder. Pictures are decoded, laid on the grid and scaled on the CPU; FFmpeg uploads them by itself."""

from functools import partial

from apps.streaming.encode.codecs.base import Device, Encoder, Family, NoDevice, Options, rate_and_grid
from apps.streaming.encode.codecs.devices import nvidia_cards
from apps.streaming.ladder import AV1, H264, HEVC, Rung
from apps.streaming.plan import VideoPlan

# p1 is the fastest. A card is quick enough for better ones than a CPU with the preset of that name.
_PRESETS = {
    "ultrafast": "p1",
    "superfast": "p2",
    "veryfast": "p4",
    "faster": "p4",
    "fast": "p5",
    "medium": "p5",
    "slow": "p6",
    "slower": "p7",
    "veryslow": "p7",
}
_WORST = {H264: 51, HEVC: 51, AV1: 63}
_LATER = {H264: 0, HEVC: 3, AV1: 12}
_FORM: dict[str, Options] = {
    H264: {"profile:v": "high"},
    HEVC: {"profile:v": "main", "tag:v": "hvc1"},
    AV1: {},
}


def _nvenc(name: str, codec: str, rung: Rung, plan: VideoPlan, device: Device | None) -> Options:
    """Constant quality below the cap (`vbr` with `cq` and no target), no B-frames, no key frame that was not asked for."""
    if device is None:
        raise NoDevice(f"{name} needs a card.")
    return {
        "c:v": name,
        "gpu": device.name,
        **_FORM[codec],
        "preset": _PRESETS[plan.preset],
        "tune": "hq",
        "rc": "vbr",
        "cq": min(_WORST[codec], plan.crf_of(rung) + _LATER[codec]),
        "b:v": 0,
        **rate_and_grid(rung, plan),
        "forced-idr": 1,
        "no-scenecut": 1,
        "rc-lookahead": 0,
        "bf": 0,
        "b_ref_mode": "disabled",
        "spatial-aq": 1,
    }


FAMILY = Family("nvenc", "NVIDIA", nvidia_cards)
ENCODERS = tuple(
    Encoder(name, codec, FAMILY, partial(_nvenc, name, codec))
    for codec, name in ((H264, "h264_nvenc"), (HEVC, "hevc_nvenc"), (AV1, "av1_nvenc"))
)
