"""Reads published streams with ffprobe, as a player that is not ours would."""

import array
import subprocess
from pathlib import Path

from apps.core.embedded import binaries
from apps.streaming.models import Generation


def probe(path: Path, *options: str) -> list[str]:
    line = [str(binaries.ffprobe()), "-v", "error", *options, "-of", "csv=p=0", str(path)]
    done = subprocess.run(line, check=True, capture_output=True, text=True)
    assert done.stderr == ""
    return [row.split(",")[0] for row in done.stdout.splitlines()]


def frame_times(generation: Generation, name: str) -> list[float]:
    """When each decoded frame is shown, in seconds."""
    playlist = generation.folder / name / "playlist.m3u8"
    return [float(row) for row in probe(playlist, "-show_frames", "-show_entries", "frame=pts_time")]


def joined_times(generation: Generation, name: str, target: Path) -> list[float]:
    """When each frame is shown in the bytes alone: initialisation and all segments, one after the other, no playlist."""
    folder = generation.folder / name
    target.write_bytes(b"".join(path.read_bytes() for path in (folder / "init.mp4", *sorted(folder.glob("seg_*.m4s")))))
    return [float(row) for row in probe(target, "-show_frames", "-show_entries", "frame=pts_time")]


def master_of(generation: Generation) -> str:
    return (generation.folder / "master.m3u8").read_text()


def sound_of(generation: Generation, name: str) -> array.array:
    """Decoded samples of one channel at 48 kHz, as a player that ignores edit lists hears them."""
    playlist = generation.folder / name / "playlist.m3u8"
    line = [str(binaries.ffmpeg()), "-v", "error", "-i", str(playlist), "-ac", "1", "-ar", "48000", "-f", "s16le", "-"]
    return array.array("h", subprocess.run(line, check=True, capture_output=True).stdout)
