"""VAAPI: the encoders of Intel's and AMD's cards. Pictures come from the CPU and are uploaded at the end of the filters."""

from collections.abc import Sequence
from functools import partial

from apps.streaming.encode.codecs.base import Device, Encoder, Family, Options, rate_and_grid
from apps.streaming.encode.codecs.devices import render_nodes
from apps.streaming.ladder import AV1, H264, HEVC, Rung
from apps.streaming.plan import VideoPlan

_MEAN_SHARE = 0.75  # of the cap: QVBR wants a target too, which its quality undercuts where the picture is simple
_LATER = {H264: 0, HEVC: 3, AV1: 12}
_AV1_SCALE = 4  # its quantisers go to 255, not to 63
_FORM: dict[str, Options] = {
    H264: {"profile:v": "high", "sei": 0},
    HEVC: {"profile:v": "main", "tag:v": "hvc1", "sei": 0},
    AV1: {"profile:v": "main"},
}


def _vaapi(name: str, codec: str, rung: Rung, plan: VideoPlan, device: Device | None) -> Options:  # noqa: ARG001
    """The device belongs to the process. `idr_interval` 0: every intra picture is an IDR picture."""
    quality = plan.crf_of(rung) + _LATER[codec]
    return {
        "c:v": name,
        **_FORM[codec],
        "rc_mode": "QVBR",
        "global_quality": quality * _AV1_SCALE if codec == AV1 else quality,
        "b:v": f"{round(rung.kbps * _MEAN_SHARE)}k",
        **rate_and_grid(rung, plan),
        "idr_interval": 0,
        "bf": 0,
    }


def _process_options(device: Device) -> Sequence[str]:
    return ("-vaapi_device", device.name)


FAMILY = Family(
    "vaapi",
    "VAAPI",
    render_nodes,
    filters=(("format", ("nv12",)), ("hwupload", ())),
    process_options=_process_options,
)
ENCODERS = tuple(
    Encoder(name, codec, FAMILY, partial(_vaapi, name, codec))
    for codec, name in ((H264, "h264_vaapi"), (HEVC, "hevc_vaapi"), (AV1, "av1_vaapi"))
)
