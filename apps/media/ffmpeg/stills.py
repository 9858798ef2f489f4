"""FFmpeg's command lines for one picture of a file, in several widths: the one that is kept in it, or a moment of the film."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import ffmpeg

from apps.media.conf import limits
from apps.media.ffmpeg.allowed import address, input_options
from apps.media.ffmpeg.commands import line, output, source
from apps.media.ffmpeg.facts import VideoStream
from apps.media.ffmpeg.filters import decoded_by, decoder_of, on_black, to_sdr

TALLEST = 2560
# How much of the film is looked at, and how often in it.
WINDOW_S = 6
_PER_SECOND = 4
# A pixel below this brightness is dark, and a picture of which so many percent are dark is black.
_DARK, _BLACK_PERCENT = 32, 90


def embedded_line(path: Path, index: int, targets: Mapping[int, Path]) -> list[str]:
    """The picture at stream `index`, into a WebP file per width; never larger than it is. Damaged ones are an error."""
    return _pictures(_fitted(source(path, err_detect="explode")[str(index)], targets), targets)


def still_line(path: Path, kind: str, targets: Mapping[int, Path]) -> list[str]:
    """The same of a file that is one picture; `kind` is the one demuxer that may read it."""
    return _pictures(_fitted(_still(path, kind), targets), targets)


def square_line(path: Path, kind: str, targets: Mapping[int, Path]) -> list[str]:
    """The middle of such a file, as a square of each width. Cut before it is scaled: a very narrow one stays small."""
    side = max(targets)
    middle = _still(path, kind).filter("crop", "min(iw,ih)", "min(iw,ih)")
    return _pictures(middle.filter("scale", side, side).filter("setsar", 1), targets)


def _still(path: Path, kind: str) -> Any:
    options = {**input_options(pictures=True), "format_whitelist": kind, "f": kind}
    given = ffmpeg.input(address(path), **options, err_detect="explode", max_pixels=limits().max_pixels)
    return given["v:0"]


def _fitted(stream: Any, targets: Mapping[int, Path]) -> Any:
    return stream.filter(
        "scale", f"min(iw,{max(targets)})", f"min(ih,{TALLEST})", force_original_aspect_ratio="decrease"
    )


def moment_line(path: Path, video: VideoStream, at_s: float, targets: Mapping[int, Path]) -> list[str]:
    """The picture that stands for the film around `at_s`, if one there is not black."""
    given = source(path, ss=f"{at_s:.3f}", t=WINDOW_S, **_reading(video))
    stream = given[str(video.index)]
    if video.interlaced:
        stream = stream.filter("bwdif", mode="send_frame")
    stream = _shown(stream.filter("fps", _PER_SECOND, eof_action="pass"), video, max(targets))
    stream = stream.filter("blackframe", amount=0, threshold=_DARK)
    stream = stream.filter(
        "metadata", mode="select", key="lavfi.blackframe.pblack", value=_BLACK_PERCENT, function="less"
    )
    return _pictures(stream.filter("thumbnail", n=WINDOW_S * _PER_SECOND), targets)


def first_line(path: Path, video: VideoStream, targets: Mapping[int, Path]) -> list[str]:
    """The first picture of the film, whatever it shows."""
    given = source(path, **_reading(video))
    return _pictures(_shown(given[str(video.index)], video, max(targets)), targets)


def _reading(video: VideoStream) -> dict[str, Any]:
    return {**decoded_by(video.index, decoder_of(video)), "threads": 2}


def _shown(stream: Any, video: VideoStream, widest: int) -> Any:
    """As screens show it: upright (FFmpeg turns it when it decodes), with square pixels, without transparency or HDR."""
    share = min(1.0, widest / video.width, TALLEST / video.height)
    width, height = max(1, round(video.width * share)), max(1, round(video.height * share))
    if video.alpha:
        stream = on_black(stream)
    stream = stream.filter("scale", width, height, flags="bicubic")
    if video.hdr:
        stream = to_sdr(stream)
    return stream.filter("format", "yuv420p").filter("setsar", 1)


def _pictures(stream: Any, targets: Mapping[int, Path]) -> list[str]:
    copies: Sequence[Any] = stream.filter_multi_output("split", len(targets))
    options = {"c:v": "libwebp", "quality": 82, "compression_level": 4, "frames:v": 1, "f": "webp"}
    return line(
        *(
            output([copies[number].filter("scale", f"min(iw,{width})", -1)], str(target), **options)
            for number, (width, target) in enumerate(targets.items())
        ),
        progress=False,
    )
