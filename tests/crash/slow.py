"""FFmpeg and ffprobe that take their time without costing any, so that each stage lasts long enough to be killed in.

FFmpeg reads its source at a few times the speed at which it plays, and makes of it what it always makes. ffprobe waits
before it counts. Both become the real program (`exec`), so that one process id is all that they are.
"""

import sys
from pathlib import Path

from apps.core.embedded import binaries

# Times the speed of the film: first for segments, then for the pictures of the seek bar, whose steps lie far apart.
SEGMENTS, SHEETS = 7, 15
COUNTING_S = 3

_FFMPEG = """#!/bin/sh
rate=
case "$*" in
  *seg_%05d.m4s*) rate={segments};;
  *sheet_%03d.jpg*) rate={sheets};;
esac
n=$#
while [ "$n" -gt 0 ]; do
  word=$1
  shift
  if [ "$word" = -i ] && [ -n "$rate" ]; then set -- "$@" -readrate "$rate"; fi
  set -- "$@" "$word"
  n=$((n - 1))
done
exec {program} "$@"
"""

# The counting run is told by what only it asks for.
_FFPROBE = """#!/bin/sh
case "$*" in
  *packet=pts_time,dts_time,duration_time,flags*)
    exec {python} -c 'import os, sys, time; time.sleep({seconds}); os.execv(sys.argv[1], sys.argv[1:])' {program} "$@";;
esac
exec {program} "$@"
"""


def slow_programs(folder: Path) -> dict[str, str]:
    """Writes both into the folder; returns the environment that names them."""
    ffmpeg, ffprobe = folder / "slow-ffmpeg", folder / "slow-ffprobe"
    ffmpeg.write_text(_FFMPEG.format(segments=SEGMENTS, sheets=SHEETS, program=binaries.ffmpeg()))
    ffprobe.write_text(_FFPROBE.format(python=sys.executable, seconds=COUNTING_S, program=binaries.ffprobe()))
    for program in (ffmpeg, ffprobe):
        program.chmod(0o755)
    return {"FFMPEG_PATH": str(ffmpeg), "FFPROBE_PATH": str(ffprobe)}
