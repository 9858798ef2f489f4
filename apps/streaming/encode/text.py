"""FFmpeg's command line for text: tracks of subtitles as WebVTT."""

from collections.abc import Sequence
from pathlib import Path

from apps.media.ffmpeg.allowed import address
from apps.media.ffmpeg.commands import line, output, source
from apps.streaming.plan import Plan, TextPlan

# What FFmpeg writes at most of one track. Three hours of talk are about 300 kB.
MAX_BYTES = 8 << 20


def text_line(path: Path, whole: Plan, tracks: Sequence[TextPlan], folder: Path) -> list[str]:
    """Each track into a file of its own below `folder`, named after the track. Reads the source once.

    The packets of sound and pictures go nowhere. With them FFmpeg agrees about the beginning with the runs that encode
    them, and makes progress through hours in which nobody speaks.
    """
    given = source(path)
    made = [
        output(
            [given[str(track.stream)]],
            address(text_file(folder, track)),
            **{"c:s": "webvtt", "f": "webvtt"},
            fs=MAX_BYTES,
        )
        for track in tracks
    ]
    others = [given[str(index)] for index in whole.streams]
    return line(*made, output(others, "-", format="null", c="copy"))


def text_file(folder: Path, track: TextPlan) -> Path:
    return folder / f"{track.name}.raw"
