"""FFmpeg and ffprobe that take their time without costing any, so that each stage lasts long enough to be killed in.

FFmpeg reads its source at a few times the speed at which it plays, and makes of it what it always makes; before it draws
pictures for the seek bar it waits, and so does ffprobe before it counts. Both become the real program (`exec`), so that one
process id is all that they are.
"""

import sys
from pathlib import Path

from apps.core.embedded import binaries

SPEED = 7  # times that of the film
WAIT_S = 3
# The counting run is told by what only it asks for.
COUNTING = "pts_time,dts_time,duration_time,flags"

_WAIT = "import os, sys, time; time.sleep({seconds}); os.execv(sys.argv[1], sys.argv[1:])"
_FFMPEG = """#!/bin/sh
speed=
case "$*" in
  *seg_%05d.m4s*) speed={speed};;
  *sheet_%03d.jpg*) exec {python} -c '{wait}' {program} "$@";;
esac
n=$#
while [ "$n" -gt 0 ]; do
  word=$1
  shift
  if [ "$word" = -i ] && [ -n "$speed" ]; then set -- "$@" -readrate "$speed"; fi
  set -- "$@" "$word"
  n=$((n - 1))
done
exec {program} "$@"
"""
_FFPROBE = """#!/bin/sh
case "$*" in
  *{counting}*) exec {python} -c '{wait}' {program} "$@";;
esac
exec {program} "$@"
"""


def slow_programs(folder: Path) -> dict[str, str]:
    """Writes both into the folder; returns the environment that names them."""
    known = {"speed": SPEED, "counting": COUNTING, "python": sys.executable, "wait": _WAIT.format(seconds=WAIT_S)}
    ffmpeg, ffprobe = folder / "slow-ffmpeg", folder / "slow-ffprobe"
    ffmpeg.write_text(_FFMPEG.format(program=binaries.ffmpeg(), **known))
    ffprobe.write_text(_FFPROBE.format(program=binaries.ffprobe(), **known))
    for program in (ffmpeg, ffprobe):
        program.chmod(0o755)
    return {"FFMPEG_PATH": str(ffmpeg), "FFPROBE_PATH": str(ffprobe)}
