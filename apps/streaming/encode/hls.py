"""What every output of segments shares: CMAF in HLS' fragmented MP4, each rendition in a folder of its own."""

import os
from math import ceil
from pathlib import Path
from typing import Any

from django.conf import settings

from apps.media.ffmpeg.commands import output
from apps.streaming.plan import Plan

INIT = "init.mp4"
SEGMENT = "seg_%05d.m4s"

# Presentation starts at 0 and there is no edit list (browsers ignore it). `+cmaf` would undo this in FFmpeg 9.
_MOVFLAGS = "movflags=+negative_cts_offsets:use_editlist=0"


def target(folder: Path) -> str:
    return f"file:{folder / 'ffmpeg.m3u8'}"


def segments(folder: Path, seconds: float, start_number: int) -> dict[str, Any]:
    """Output options. A segment has its name only when all of it is written (`temp_file`)."""
    return {
        "map_metadata": -1,
        "map_chapters": -1,
        "f": "hls",
        "hls_time": f"{seconds:.6f}",
        "hls_list_size": 0,
        "hls_playlist_type": "vod",
        "hls_segment_type": "fmp4",
        "hls_segment_options": _MOVFLAGS,
        "hls_flags": "temp_file",
        "hls_fmp4_init_filename": INIT,
        "hls_segment_filename": str(folder / SEGMENT),
        "start_number": start_number,
    }


def anchors(given: Any, whole: Plan, *used: int) -> list[Any]:
    """Makes FFmpeg look at the other streams too, for one packet each.

    In some containers it takes the first time stamp of the streams *in use* for the beginning. Runs that use different
    streams would then disagree about it, and lips would go out of step. Where time stamps begin anew it looks at all of them,
    so that all runs join the same packets.
    """
    others = [given[str(index)] for index in whole.streams if index not in used]
    one_each = {} if whole.jumps else {"frames:v": 1, "frames:a": 1}
    return [output(others, "-", format="null", c="copy", **one_each)] if others else []


def threads() -> int:
    """For one of the encoder queue's slots: half as many again as its cores, as x264 chooses itself, so that none waits."""
    return max(1, ceil(1.5 * (os.cpu_count() or 1) / settings.JOB_QUEUE_SLOTS["cpu"]))
