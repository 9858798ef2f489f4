"""Films that FFmpeg draws: three kinds of content, and long ones by repetition."""

import subprocess
from pathlib import Path

from apps.core.embedded import binaries

_KEPT = ("-c:v", "libx264", "-preset", "ultrafast", "-g", "250", "-bf", "0", "-pix_fmt", "yuv420p")

# A face before a wall; slides that change now and then; a camera that pans over much detail, with grain.
KINDS = {
    "talk": (
        "gradients=s=1920x1080:r=25:c0=0x403020:c1=0x806040:c2=0xd0b090:nb_colors=3:speed=0.004:seed=7,noise=alls=2:allf=t[b];"
        "life=s=240x320:r=25:mold=10:ratio=0.1:death_color=#80604a:life_color=#c09080:seed=3,scale=480:640,gblur=6[f];"
        "[b][f]overlay=720:300"
    ),
    "slides": (
        "testsrc=s=1920x1080:r=25,select='not(mod(n,75))',fps=25,drawgrid=w=96:h=54:c=white@0.25,"
        "unsharp=5:5:0.5,hue=h=30*floor(t/3)"
    ),
    "pan": (
        "mandelbrot=s=2880x1620:r=1:start_scale=0.9:end_scale=0.9:end_pts=400:maxiter=300,trim=end_frame=1,"
        "gblur=1.2,loop=loop=-1:size=1,fps=25,"
        "crop=1920:1080:x='480+460*sin(t/4)':y='270+260*cos(t/5)',noise=alls=3:allf=t"
    ),
}


def draw(kind: str, seconds: int, target: Path, *, size: str = "1920x1080", crf: int = 20) -> Path:
    """One of KINDS with a tone beside it, at 25 pictures a second. A `crf` of 12 keeps nearly all there is."""
    width, height = size.split("x")
    graph = f"{KINDS[kind]},scale={width}:{height}[v];sine=440:r=48000:d={seconds},aformat=channel_layouts=stereo[a]"
    line = [
        "-filter_complex",
        graph,
        "-map",
        "[v]",
        "-map",
        "[a]",
        *_KEPT,
        "-crf",
        str(crf),
        "-c:a",
        "aac",
        "-t",
        str(seconds),
        str(target),
    ]
    return _made(line, target)


def repeat(source: Path, times: int, target: Path) -> Path:
    """The same film several times over, without encoding it again."""
    line = ["-stream_loop", str(times - 1), "-i", str(source), "-map", "0", "-c", "copy", str(target)]
    return _made(line, target)


def _made(line: list[str], target: Path) -> Path:
    subprocess.run([str(binaries.ffmpeg()), "-v", "error", "-nostdin", "-y", *line], check=True)
    return target
