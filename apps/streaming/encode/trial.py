"""Does an encoder work on a device? One second is encoded as a chunk would be, and what comes out is read back.

That an encoder is listed says only that FFmpeg was built with it.
"""

import re
from fractions import Fraction
from pathlib import Path

from apps.media.errors import ProgramError
from apps.media.ffmpeg.commands import line, pattern
from apps.media.ffmpeg.facts import Rate
from apps.media.ffmpeg.run import run
from apps.streaming.conf import StreamingSettings
from apps.streaming.encode.codecs import Device, Encoder
from apps.streaming.encode.parts import BadOutput, Part, PartReader
from apps.streaming.encode.pictures import process_options, rung_outputs
from apps.streaming.ladder import AV1, H264, HEVC, Rung
from apps.streaming.plan import VideoPlan

_WALL_S = 60
_RATE, _GRID = 25, 10
_SAMPLES = [10, 10, 5]
_CODECS = {H264: "avc1.", HEVC: "hvc1.", AV1: "av01."}
_LONGEST = 280

# What FFmpeg and the drivers say, and what it means.
_KNOWN = (
    ("libcuda.so", "NVIDIA's driver is not installed here: FFmpeg does not find libcuda."),
    ("driver does not support the required nvenc", "NVIDIA's driver is too old for this FFmpeg."),
    ("no capable devices found", "This card has no encoder for it."),
    ("unsupported device", "This card has no encoder (NVENC)."),
    ("codec not supported", "This card does not encode this codec."),
    ("incompatible client key", "The card runs as many encoders as it allows already."),
    ("out of memory", "The card has too little memory left."),
    ("no va display found", "The card's VAAPI driver cannot be opened."),
    ("failed to initialise vaapi", "The card's VAAPI driver cannot be opened."),
    ("no usable encoding profile", "This card does not encode this codec."),
    ("no usable encoding entrypoint", "This card does not encode this codec."),
    ("rc mode", "The card's driver cannot keep a quality below a cap (QVBR)."),
    ("unknown encoder", "This FFmpeg was built without it."),
)
_NOISE = re.compile(r"^(\[[^\]]*\]\s*)+|^Svt\[\w+\]:\s*|\x1b\[[0-9;]*m|[\x00-\x1f\x7f]")


def try_encoder(encoder: Encoder, device: Device, folder: Path) -> str:
    """Encodes one second below `folder`. Returns why it does not work, as a sentence for staff; empty if it does."""
    plan, rung = _plan(encoder)
    made = folder / rung.name
    made.mkdir(parents=True)
    outputs = rung_outputs(pattern(rung.width, rung.height, _RATE, 1), plan, [rung], 0, folder, device=device)
    command = line(*outputs, options=process_options([rung], device))
    try:
        run(command, wall_s=_WALL_S, bound_addresses=not encoder.family.hardware)
        return _judge(PartReader(made).finish(), encoder)
    except ProgramError as error:
        return explain(error.stderr, str(error))
    except BadOutput as error:
        return f"What it makes cannot be used: {error}."[:_LONGEST]


def _plan(encoder: Encoder) -> tuple[VideoPlan, Rung]:
    chosen = StreamingSettings()
    rung = Rung("trial", 640, 360, 1000, encoder.codec, encoder.name)
    plan = VideoPlan(
        stream=0,
        rate=Rate(_RATE),
        segment_frames=_GRID,
        chunk_segments=len(_SAMPLES),
        chunks=1,
        rungs=(rung,),
        interlaced=False,
        hdr=False,
        alpha=False,
        preset=chosen.preset,
        crf=chosen.crf,
        b_frames=0,
    )
    return plan, rung


def _judge(part: Part, encoder: Encoder) -> str:
    """Whether it keeps to the grid, begins at 0 and holds no picture back."""
    late = [s.name for s in part.segments if s.shown_from != s.start]
    if [segment.samples for segment in part.segments] != _SAMPLES:
        return "It does not put its key frames where it is told to."
    if late or Fraction(part.segments[0].start):
        return "It holds pictures back, so that sound and picture would part."
    if not part.codec.startswith(_CODECS[encoder.codec]):
        return f"It makes {part.codec or 'something unknown'}."
    return ""


def explain(stderr: str, otherwise: str) -> str:
    """What an encoder complained about, as one sentence for staff."""
    said = stderr.lower()
    for mark, sentence in _KNOWN:
        if mark in said:
            return sentence
    first = next((text for raw in stderr.splitlines() if (text := _NOISE.sub("", raw).strip())), otherwise)
    return f"FFmpeg said: {first}"[:_LONGEST]
