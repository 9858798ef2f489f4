"""The same outputs by FFmpeg alone, in one command: what the pipeline is compared with."""

import subprocess
import time
from pathlib import Path

from apps.core.embedded import binaries
from apps.media.ffmpeg.probe import probe_file
from apps.streaming.conf import StreamingSettings, streaming
from apps.streaming.planning import make_plan

_AAC = ("-c:a", "aac", "-b:a", "128k")


def single_command(source: Path, folder: Path, *, seconds: float | None = None, lowest_alone: bool = False) -> float:
    """Encodes the ladder (or its lowest rung) and the sound into segments; returns the seconds that it took.

    FFmpeg chooses its own number of threads. Everything that decides about the result is the site's.
    """
    line = _line(source, folder, streaming(), seconds=seconds, lowest_alone=lowest_alone)
    started = time.monotonic()
    subprocess.run(line, check=True)
    return time.monotonic() - started


def _line(
    source: Path, folder: Path, chosen: StreamingSettings, *, seconds: float | None, lowest_alone: bool
) -> list[str]:
    plan = make_plan(probe_file(source), chosen)
    if plan.video is None:
        raise ValueError("a film is needed")
    rungs = [plan.video.lowest] if lowest_alone else list(plan.video.encoded)
    grid = plan.video.segment_frames
    cut = [] if seconds is None else ["-t", str(seconds)]
    labels = "".join(f"[c{n}]" for n in range(len(rungs)))
    scales = ";".join(
        f"[c{n}]scale={r.width}:{r.height}:flags=bicubic,format=yuv420p[v{n}]" for n, r in enumerate(rungs)
    )
    graph = f"[0:v]fps={plan.video.rate},split={len(rungs)}{labels};{scales}"
    line = [str(binaries.ffmpeg()), "-v", "error", "-nostdin", "-y", "-i", str(source), "-filter_complex", graph]
    for number, rung in enumerate(rungs):
        line += [
            "-map",
            f"[v{number}]",
            "-c:v",
            "libx264",
            "-preset",
            plan.video.preset,
            "-crf",
            str(plan.video.crf_of(rung)),
        ]
        line += ["-maxrate", f"{rung.kbps}k", "-bufsize", f"{2 * rung.kbps}k", "-g", str(grid)]
        line += ["-keyint_min", str(grid), "-sc_threshold", "0", "-bf", str(plan.video.b_frames), "-flags", "+cgop"]
        line += [*cut, *_segments(folder / rung.name, chosen.segment_s)]
    return [*line, "-map", "0:a", *_AAC, *cut, *_segments(folder / "sound", chosen.segment_s)]


def _segments(folder: Path, seconds: float) -> list[str]:
    folder.mkdir(parents=True, exist_ok=True)
    kind = ["-f", "hls", "-hls_time", str(seconds - 0.02), "-hls_playlist_type", "vod", "-hls_segment_type", "fmp4"]
    return [*kind, "-hls_segment_filename", str(folder / "seg_%05d.m4s"), str(folder / "playlist.m3u8")]
