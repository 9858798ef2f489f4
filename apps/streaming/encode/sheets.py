"""FFmpeg's command line for the pictures of the seek bar: key frames of one rung, tiled."""

from collections.abc import Sequence
from pathlib import Path

from apps.media.ffmpeg.commands import line, output, source
from apps.media.mp4.segment import shift
from apps.streaming.encode.parts import Segment
from apps.streaming.storyboard import Sheets

_QUALITY = 5  # of JPEG, from 2 (best) to 31


def join_for_sheets(rendition: Path, init: str, chosen: Sequence[Segment], step: int, target: Path) -> None:
    """Initialisation and the chosen segments in one file, each moved to begin `step` ticks after the one before it.

    With equal distances it can be told where each begins, however many key frames it has inside.
    """
    with target.open("wb") as joined:
        joined.write((rendition / init).read_bytes())
        for number, segment in enumerate(chosen):
            joined.write(shift((rendition / segment.name).read_bytes(), number * step - segment.start))


def sheets_line(joined: Path, sheets: Sheets, step_s: float, folder: Path) -> list[str]:
    """Decodes key frames alone and takes the first one of each step."""
    frames = source(joined, skip_frame="nokey")["v:0"]
    first = (
        f"isnan(prev_selected_t)+gt(floor((t+{step_s / 4})/{step_s}),floor((prev_selected_t+{step_s / 4})/{step_s}))"
    )
    tiles = (
        frames.filter("select", first)
        .filter("scale", sheets.width, sheets.height, flags="area")
        .filter("setsar", 1)
        .filter("tile", layout=f"{sheets.columns}x{sheets.rows}")
        .filter("format", "yuvj420p")
    )
    options = {"c:v": "mjpeg", "q:v": _QUALITY, "fps_mode": "passthrough", "f": "image2"}
    return line(output([tiles], f"file:{folder / 'sheet_%03d.jpg'}", **options))
