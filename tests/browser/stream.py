"""A tiny HLS stream made by FFmpeg: a moving picture of some seconds with sound beside it, in segments of 2 s."""

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
