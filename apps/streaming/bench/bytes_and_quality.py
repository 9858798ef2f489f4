"""What the caps save: the ladder's rungs beside the same sizes at a fixed rate, in bytes and in VMAF."""

import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from apps.core.bench import Figure
from apps.core.embedded import binaries
from apps.media.ffmpeg.probe import probe_file
from apps.streaming.bench.sources import KINDS, draw
from apps.streaming.conf import streaming
from apps.streaming.ladder import Rung
from apps.streaming.plan import VideoPlan
from apps.streaming.planning import make_plan

_SECONDS = 6
_ALIKE = 2.0  # points of VMAF; six are what half of all people notice
_EVERY = 5  # every fifth picture is compared


@dataclass(frozen=True)
class _Encoded:
    size_bytes: int
    vmaf: float


def bytes_at_quality(folder: Path) -> Iterator[Figure]:
    """Three kinds of content, four rungs. Quality is alike if the mean over all loses less than two points."""
    ours = fixed = 0
    lost: list[float] = []
    for kind in KINDS:
        film = draw(kind, _SECONDS, folder / f"{kind}.mp4", crf=12)
        pairs = list(_pairs(film, folder))
        ours_here, fixed_here = sum(a.size_bytes for a, _ in pairs), sum(b.size_bytes for _, b in pairs)
        losses = [b.vmaf - a.vmaf for a, b in pairs]
        yield Figure(f"bytes of the capped ladder, {kind} (fixed rates)", ours_here / 1e6, "MB", fixed_here / 1e6)
        yield Figure(f"VMAF lost against fixed rates, {kind}, mean of rungs", sum(losses) / len(losses), "points")
        ours, fixed, lost = ours + ours_here, fixed + fixed_here, [*lost, *losses]
    mean = sum(lost) / len(lost)
    name = "bytes of the capped ladder, three kinds of content (fixed)"
    yield Figure(name, ours / 1e6, "MB", fixed / 1e6, "≤ 0.8 ×", ours <= 0.8 * fixed)
    yield Figure(
        "VMAF lost against fixed rates, mean of all", mean, "points", budget=f"≤ {_ALIKE}", holds=mean <= _ALIKE
    )


def _pairs(film: Path, folder: Path) -> Iterator[tuple[_Encoded, _Encoded]]:
    plan = make_plan(probe_file(film), streaming()).video
    if plan is None:
        raise ValueError("a film is needed")
    for rung in plan.encoded:
        quality = ["-crf", str(plan.crf_of(rung)), "-maxrate", f"{rung.kbps}k", "-bufsize", f"{2 * rung.kbps}k"]
        rate = ["-b:v", f"{rung.kbps}k", "-maxrate", f"{rung.kbps}k", "-bufsize", f"{2 * rung.kbps}k"]
        yield _encode(film, plan, rung, quality, folder), _encode(film, plan, rung, rate, folder)


def _encode(film: Path, plan: VideoPlan, rung: Rung, rate: list[str], folder: Path) -> _Encoded:
    made = folder / "rung.mp4"
    grid = ["-g", str(plan.segment_frames), "-keyint_min", str(plan.segment_frames), "-sc_threshold", "0"]
    how = ["-c:v", "libx264", "-preset", plan.preset, *rate, *grid, "-bf", str(plan.b_frames), "-flags", "+cgop"]
    _ffmpeg("-i", film, "-vf", f"scale={rung.width}:{rung.height}:flags=bicubic", *how, "-an", made)
    return _Encoded(made.stat().st_size, _vmaf(made, film))


def _vmaf(made: Path, film: Path) -> float:
    """As it is seen on a screen of the source's size."""
    graph = f"[0:v]scale=1920:1080:flags=bicubic[made];[made][1:v]libvmaf=n_threads=2:n_subsample={_EVERY}"
    said = _ffmpeg("-i", made, "-i", film, "-lavfi", graph, "-f", "null", "-", level="info")
    found = re.search(r"VMAF score: ([0-9.]+)", said)
    if found is None:
        raise RuntimeError("libvmaf gave no score")
    return float(found[1])


def _ffmpeg(*arguments: object, level: str = "error") -> str:
    line = [str(binaries.ffmpeg()), "-v", level, "-nostdin", "-y", *map(str, arguments)]
    return subprocess.run(line, check=True, stderr=subprocess.PIPE, text=True).stderr
