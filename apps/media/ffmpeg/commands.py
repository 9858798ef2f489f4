"""FFmpeg's command lines, composed with ffmpeg-python. What every run shares stands here."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import ffmpeg

from apps.core.embedded import binaries
from apps.media.conf import limits
from apps.media.ffmpeg.allowed import address, input_options
from apps.media.ffmpeg.graphs import apart

_ALWAYS = ("-nostdin", "-hide_banner", "-nostats")
# `TELLING` makes FFmpeg say what filters have measured; each line begins with its level, so that the rest can be dropped.
QUIET, TELLING = "error", "level+info"


def source(path: Path, **options: Any) -> Any:
    """An input that may only be media of an allowed kind, whose pictures may never be larger than what is taken.

    `options` stand before `-i` (`ss`, `t`, `threads`, …).
    """
    return ffmpeg.input(address(path), **input_options(), max_pixels=limits().max_pixels, **options)


def pattern(width: int, height: int, rate: int, seconds: int) -> Any:
    """An input of pictures that FFmpeg draws itself, for trials."""
    return ffmpeg.input(f"testsrc2=size={width}x{height}:rate={rate}:duration={seconds}", f="lavfi")


def line(*outputs: Any, progress: bool = True, level: str = QUIET, options: Sequence[str] = ()) -> list[str]:
    """The whole command line. With `progress` FFmpeg reports to its standard output, for `run.run`.

    `options` are further ones of the whole process.
    """
    node = ffmpeg.merge_outputs(*outputs) if len(outputs) > 1 else outputs[0]
    reports = ("-progress", "pipe:1", "-stats_period", "0.5") if progress else ()
    extra = (*_ALWAYS, "-v", level, *options, *reports)
    composed: list[str] = ffmpeg.compile(node.global_args(*extra), cmd=str(binaries.ffmpeg()), overwrite_output=True)
    return apart(composed)


def output(streams: Sequence[Any], target: str, **options: Any) -> Any:
    """One output of these streams."""
    return ffmpeg.output(*streams, target, **options)
