"""Small clips made by the real FFmpeg, once per run: `clip("odd")` is a path, which nobody may change."""

import fcntl
import os
import subprocess
from collections.abc import Callable
from pathlib import Path

from apps.core.embedded import binaries

_QUICK = ["-b:v", "400k", "-deadline", "realtime", "-cpu-used", "8"]
_FAST = ["-c:v", "libx264", "-preset", "ultrafast", "-g", "50", "-c:a", "aac"]


def _pictures(size: str, rate: str, seconds: float) -> list[str]:
    return ["-f", "lavfi", "-i", f"testsrc2=s={size}:r={rate}:d={seconds}"]


def _tone(seconds: float) -> list[str]:
    return ["-f", "lavfi", "-i", f"sine=440:d={seconds}:r=48000"]


# White with a moving edge; its left half is transparent and hides what must not be seen.
_CLEAR = ["-f", "lavfi", "-i", "testsrc2=s=128x72:r=25:d=2,format=rgba,geq=r=255:g=255:b=255-N:a='255*gte(X,64)'"]


_RUN = os.environ.get("BANDSTAND_DATA", "")

RECIPES: dict[str, tuple[str, list[str]]] = {
    "film": ("mp4", [*_pictures("1280x720", "30000/1001", 30), *_tone(30), *_FAST]),
    "short": ("mp4", [*_pictures("320x180", "25", 3), *_tone(3), *_FAST]),
    "cut25": ("mp4", [*_pictures("128x72", "25", 30), *_tone(30), *_FAST]),
    "busy": ("mp4", [*_pictures("384x216", "25", 16), *_tone(16), *_FAST]),
    "cut5994": ("mp4", [*_pictures("128x72", "60000/1001", 26), *_FAST]),
    "odd": ("mkv", [*_pictures("131x75", "24", 3), "-c:v", "ffv1"]),
    "silent": ("mp4", [*_pictures("128x72", "25", 3), *_FAST]),
    "sound": ("mp3", [*_tone(9), "-c:a", "libmp3lame"]),
    "late": ("ts", [*_pictures("128x72", "25", 26), *_tone(26), *_FAST, "-output_ts_offset", "7"]),
    "divx": ("avi", [*_pictures("128x72", "25", 30), *_tone(30), "-c:v", "mpeg4", "-bf", "2", "-c:a", "libmp3lame"]),
    "avi264": ("avi", [*_pictures("128x72", "25", 30), "-c:v", "libx264", "-preset", "fast", "-bf", "3", "-g", "50"]),
    "slides": (
        "mkv",
        [*_pictures("128x72", "25", 30), "-vf", "select='lt(mod(t,11),0.5)'", "-fps_mode", "vfr", *_FAST],
    ),
    "beep": (
        "mp4",
        [*_pictures("128x72", "25", 3), "-f", "lavfi", "-i", "sine=1000:d=2:r=48000", "-af", "adelay=1000", *_FAST],
    ),
    "hdr": (
        "mkv",
        [
            *_pictures("128x72", "25", 2),
            *("-vf", "format=yuv420p10le,setparams=color_trc=smpte2084:color_primaries=bt2020:colorspace=bt2020nc"),
            *("-c:v", "libx265", "-preset", "ultrafast", "-x265-params", "log-level=none"),
        ],
    ),
    "interlaced": (
        "ts",
        [*_pictures("128x72", "25", 2), "-vf", "setfield=tff", "-c:v", "mpeg2video", "-flags", "+ilme+ildct"],
    ),
    "surround": ("mkv", [*_pictures("128x72", "25", 2), *_tone(2), *_FAST, "-ac", "6"]),
    "clear_vp9": ("webm", [*_CLEAR, "-c:v", "libvpx-vp9", "-pix_fmt", "yuva420p", *_QUICK]),
    "clear_vp8": ("webm", [*_CLEAR, "-c:v", "libvpx", "-pix_fmt", "yuva420p", "-auto-alt-ref", "0", *_QUICK]),
    "clear_prores": ("mov", [*_CLEAR, "-c:v", "prores_ks", "-profile:v", "4444", "-pix_fmt", "yuva444p10le"]),
    "clear_png": ("mov", [*_CLEAR, "-c:v", "png"]),
    "dark": ("mp4", ["-f", "lavfi", "-i", "color=black:s=128x72:r=25:d=4", *_FAST]),
    "dark_start": (
        "mp4",
        [*_pictures("128x72", "25", 20), "-vf", "drawbox=t=fill:c=black:enable='lt(t,14)'", *_FAST],
    ),
    "one_frame": (
        "mkv",
        [*_pictures("128x72", "25", 1), "-f", "lavfi", "-i", "sine=440:d=3", "-frames:v", "1", *_FAST],
    ),
    "one_fps": ("mp4", [*_pictures("128x72", "1", 9), *_FAST]),
    "squeezed": ("mp4", [*_pictures("360x288", "25", 2), "-vf", "setsar=16/11", *_FAST]),
    "vfr": (
        "mkv",
        [*_pictures("128x72", "30", 30), "-vf", "select='not(mod(n,3))+lt(mod(n,90),40)'", "-fps_mode", "vfr", *_FAST],
    ),
}


def ffmpeg(*arguments: object) -> None:
    line = [str(binaries.ffmpeg()), "-v", "error", "-nostdin", "-y", *map(str, arguments)]
    subprocess.run(line, check=True, stdout=subprocess.DEVNULL)


def ffmpeg_output(*arguments: object) -> bytes:
    """What FFmpeg writes to its standard output, into which it cannot seek."""
    line = [str(binaries.ffmpeg()), "-v", "error", "-nostdin", *map(str, arguments)]
    return subprocess.run(line, check=True, stdout=subprocess.PIPE).stdout


def folder() -> Path:
    """That of the whole run, which goes with it (tests/plugin.py): what one process has made, all may take."""
    path = Path(_RUN, "clips")
    path.mkdir(exist_ok=True)
    return path


def kept(name: str, make: Callable[[Path], None]) -> Path:
    """The file of that name in the folder; `make` writes it where no process has yet."""
    path = folder() / name
    with (folder() / f".{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not path.exists():
            part = path.with_name(f"making-{name}")
            make(part)
            part.rename(path)
    return path


def clip(name: str) -> Path:
    """Makes the clip unless this run has it."""
    ending, recipe = RECIPES[name]
    return kept(f"{name}.{ending}", lambda path: ffmpeg(*recipe, path))


def portrait() -> Path:
    """A landscape recording that says it should be turned by a quarter, as phones write it."""
    return kept("portrait.mp4", lambda path: ffmpeg("-display_rotation", "90", "-i", clip("short"), "-c", "copy", path))
