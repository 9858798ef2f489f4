"""Sources that are broken, cut off, or no media at all."""

import json
import random
import subprocess
from collections.abc import Callable
from pathlib import Path

from apps.core.embedded import binaries
from tests import clips
from tests.sources.kinds import Make, Plays, Refused, Source, by_ffmpeg
from tests.sources.patterns import Options, beeps, clock
from tests.sources.rates import AAC, H264, LENGTH

_BOTH: Options = [*clock("25", LENGTH), *beeps(LENGTH), *H264, *AAC]


def _spoilt(ending: str, spoil: Callable[[bytes], bytes]) -> Make:
    """A good file of which other bytes are made."""

    def make(path: Path) -> None:
        good = path.with_suffix(f".good.{ending}")
        clips.ffmpeg(*_BOTH, good)
        path.write_bytes(spoil(good.read_bytes()))
        good.unlink()

    return make


def _noise_inside(content: bytes) -> bytes:
    """From 40 to 60 % of it is noise."""
    first, last = len(content) * 2 // 5, len(content) * 3 // 5
    return content[:first] + random.Random(1).randbytes(last - first) + content[last:]


def _noise_at_the_end(content: bytes) -> bytes:
    """The last fifth before the very end, where some formats keep their index."""
    first, last = len(content) * 3 // 4, len(content) * 19 // 20
    return content[:first] + random.Random(4).randbytes(last - first) + content[last:]


def _half(content: bytes) -> bytes:
    return content[: len(content) // 2]


def _later_half(content: bytes) -> bytes:
    """Transport packets have 188 bytes; this begins in the middle of a group of pictures."""
    return content[len(content) // 188 * 2 // 5 * 188 :]


def _sound_that_fails(path: Path) -> None:
    """From half of it on a quarter of the sound's packets is noise; the pictures are whole."""
    clips.ffmpeg(*_BOTH, path)
    line = [str(binaries.ffprobe()), "-v", "error", "-select_streams", "a", "-show_packets", "-of", "json", str(path)]
    packets = json.loads(subprocess.run(line, check=True, capture_output=True).stdout)["packets"]
    content, noise = bytearray(path.read_bytes()), random.Random(2)
    for packet in packets[len(packets) // 2 : 3 * len(packets) // 4]:
        at, size = int(packet["pos"]), int(packet["size"])
        content[at : at + size] = noise.randbytes(size)
    path.write_bytes(content)


def _written(content: bytes) -> Make:
    def make(path: Path) -> None:
        path.write_bytes(content)

    return make


DAMAGED = (
    Source("failing_sound", "mp4", "sound that fails in the middle", _sound_that_fails, Plays(130, "25/1", chunks=3, tells_time=True, remark="silence where it fails")),
    Source("corrupt_mp4", "mp4", "noise from 40 to 60 % of an MP4", _spoilt("mp4", _noise_inside), Plays(130, "25/1", remark="what cannot be read stands still")),
    Source("corrupt_mkv", "mkv", "noise from 40 to 60 % of a Matroska file", _spoilt("mkv", _noise_inside), Plays(130, "25/1", remark="what cannot be read stands still")),
    Source("corrupt_ts", "ts", "noise from 40 to 60 % of a transport stream", _spoilt("ts", _noise_inside), Plays(130, "25/1", remark="what cannot be read stands still")),
    Source("corrupt_end", "ts", "noise near the end of a transport stream", _spoilt("ts", _noise_at_the_end),
        Plays((90, 131), "25/1", remark="what can be read")),
    Source("corrupt_end_flv", "flv", "noise near the end of a Flash video", _spoilt("flv", _noise_at_the_end),
        Plays((90, 131), "25/1", remark="what can be read")),
    Source("truncated_mp4", "mp4", "the first half of an MP4", _spoilt("mp4", _half), Refused("truncated")),
    Source("truncated_mkv", "mkv", "the first half of a Matroska file", _spoilt("mkv", _half), Refused("truncated")),
    Source("truncated_avi", "avi", "the first half of an AVI", _spoilt("avi", _half), Refused("truncated")),
    Source("truncated_ts", "ts", "the first half of a transport stream, which does not say how long it is", _spoilt("ts", _half), Plays((60, 70), "25/1", remark="what is there")),
    Source("headless", "ts", "the later half of a transport stream, which begins in the middle of a group of pictures", _spoilt("ts", _later_half),
        Plays((70, 85), "25/1", remark="from what can be shown on; before it that picture stands still")),
    Source("nothing", "mp4", "zero bytes", _written(b""), Refused("empty")),
    Source("text", "mp4", "text that is called a film", _written(b"Dear diary, today I went out.\n" * 99), Refused("text")),
    Source("noise", "mp4", "noise that is called a film", _written(random.Random(3).randbytes(100_000)), Refused("not_media")),
    Source("playlist", "mp4", "a playlist", _written(b"#EXTM3U\n#EXTINF:4,\n/etc/passwd\n"), Refused("playlist")),
    Source("concat", "mp4", "a list of files for FFmpeg", _written(b"ffconcat version 1.0\nfile /etc/passwd\n"), Refused("playlist")),
    Source("raw_h264", "h264", "pictures without a container", by_ffmpeg(*clock("25", 3), *H264), Refused("not_media")),
    Source("many_streams", "mkv", "17 tracks of sound",
        by_ffmpeg(*beeps(2), *["-map", "0"] * 17, "-c:a", "libmp3lame"), Refused("too_many_streams")),
)  # fmt: skip
