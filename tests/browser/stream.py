"""A tiny HLS stream made by FFmpeg: a moving picture of some seconds with sound beside it, in segments of 2 s."""

import json
import math
import re
import subprocess
from pathlib import Path

from imageio_ffmpeg import get_ffmpeg_exe

SECONDS = 12


def make_stream(folder: Path, *, seconds: int = SECONDS) -> Path:
    """Writes master.m3u8 and its kin into the folder: CMAF, one picture rung and one alternate audio track."""
    command = [
        get_ffmpeg_exe(), "-loglevel", "error", "-nostdin",
        "-f", "lavfi", "-i", f"testsrc2=size=320x180:rate=25:duration={seconds}",
        "-f", "lavfi", "-i", f"sine=frequency=440:sample_rate=48000:duration={seconds}",
        "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-g", "50", "-keyint_min", "50",
        "-c:a", "aac", "-b:a", "64k",
        "-f", "hls", "-hls_time", "2", "-hls_playlist_type", "vod", "-hls_segment_type", "fmp4",
        "-hls_fmp4_init_filename", "init_%v.mp4", "-hls_segment_filename", str(folder / "s%v_%03d.m4s"),
        "-master_pl_name", "master.m3u8",
        "-var_stream_map", "v:0,agroup:sound,name:low a:0,agroup:sound,name:sound,default:yes",
        str(folder / "%v.m3u8"),
    ]  # fmt: skip
    subprocess.run(command, check=True)
    return folder


# The rungs of `make_choices`: lines of the picture and bits a second.
RUNGS = {180: "150k", 90: "40k"}


LONG_SECONDS = 60


def make_choices(folder: Path, *, seconds: int = LONG_SECONDS) -> Path:
    """The same with something to choose: two rungs, and the sound in English (440 Hz) and in German (660 Hz).

    Long enough not to end while somebody chooses.
    """
    pictures = [part for lines in RUNGS for part in ("-map", f"[p{lines}]")]
    rungs = " ".join(f"v:{i},agroup:sound,name:p{lines}" for i, lines in enumerate(RUNGS))
    sounds = "a:0,agroup:sound,name:en,language:en,default:yes a:1,agroup:sound,name:de,language:de"
    command = [
        get_ffmpeg_exe(), "-loglevel", "error", "-nostdin",
        "-f", "lavfi", "-i", f"testsrc2=size=320x180:rate=25:duration={seconds}",
        "-f", "lavfi", "-i", f"sine=frequency=440:sample_rate=48000:duration={seconds}",
        "-f", "lavfi", "-i", f"sine=frequency=660:sample_rate=48000:duration={seconds}",
        "-filter_complex", "[0:v]split=2[p180][p];[p]scale=-2:90[p90]",
        *pictures, "-map", "1:a", "-map", "2:a",
        "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-g", "50", "-keyint_min", "50",
        *[part for i, bits in enumerate(RUNGS.values()) for part in (f"-b:v:{i}", bits)],
        "-c:a", "aac", "-b:a", "64k",
        "-f", "hls", "-hls_time", "2", "-hls_playlist_type", "vod", "-hls_segment_type", "fmp4",
        "-hls_fmp4_init_filename", "init_%v.mp4", "-hls_segment_filename", str(folder / "s_%v_%03d.m4s"),
        "-master_pl_name", "made.m3u8",
        "-var_stream_map", f"{rungs} {sounds}",
        str(folder / "%v.m3u8"),
    ]  # fmt: skip
    subprocess.run(command, check=True)
    made = (folder / "made.m3u8").read_text()
    for name, language in {"English": "en", "Deutsch": "de"}.items():
        made = re.sub(rf'NAME="[^"]*"(?=[^\n]*LANGUAGE="{language}")', f'NAME="{name}"', made)
    (folder / "master.m3u8").write_text(made)
    return folder


CHAPTERS = [
    {"start_ms": 0, "title": "Arriving"},
    {"start_ms": 4000, "title": "The long way round"},
    {"start_ms": 8000, "title": "Home"},
]
_VTT = """WEBVTT

00:00:00.000 --> 00:00:05.000
{first}

00:00:05.000 --> 00:00:12.000
{second}
"""


def make_beside(folder: Path) -> Path:
    """What lies beside a stream: pictures for the seek bar, peaks, two languages of text."""
    _draw_sheet(folder / "sheet_001.jpg")
    cues = [
        f"00:00:{2 * i:02}.000 --> 00:00:{2 * i + 2:02}.000\nsheet_001.jpg#xywh={160 * i},0,160,90\n" for i in range(6)
    ]
    (folder / "storyboard.vtt").write_text("WEBVTT\n\n" + "\n".join(cues))
    swell = [round(120 * abs(math.sin(i / 9)) * (0.35 + 0.65 * abs(math.sin(i / 61)))) for i in range(800)]
    pairs = [value for high in swell for value in (-high, high)]
    peaks = {"version": 2, "channels": 1, "sample_rate": 8000, "samples_per_pixel": 120, "bits": 8, "length": 800}
    (folder / "peaks.json").write_text(json.dumps({**peaks, "data": pairs}))
    (folder / "en.vtt").write_text(_VTT.format(first="The boats come in at four.", second="Then it is quiet."))
    (folder / "de.vtt").write_text(_VTT.format(first="Um vier kommen die Boote.", second="Dann ist es still."))
    return folder


def _draw_sheet(target: Path) -> None:
    picture = ["-f", "lavfi", "-i", "testsrc2=size=960x90:rate=1:duration=1", "-frames:v", "1", str(target)]
    subprocess.run([get_ffmpeg_exe(), "-loglevel", "error", "-nostdin", *picture], check=True)


def answer_of(**changes: object) -> dict[str, object]:
    """What the site would say of such a stream, served below /hls/test/."""
    base = "/hls/test/"
    caption = {"kind": "subtitles", "forced": False, "default": False}
    return {
        "master_url": f"{base}master.m3u8",
        "progressive_url": None,
        "resume_ms": 0,
        "captions": [
            {**caption, "language": "en", "label": "English", "url": f"{base}en.vtt", "kind": "captions"},
            {**caption, "language": "de", "label": "Deutsch", "url": f"{base}de.vtt"},
        ],
        "peaks_url": f"{base}peaks.json",
        "storyboard_url": f"{base}storyboard.vtt",
        "source_url": None,
        **changes,
    }
