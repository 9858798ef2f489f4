"""Sources whose time stamps do not begin at zero, or do not go on as they should."""

from pathlib import Path

from tests import clips
from tests.sources.kinds import Plays, Source, by_ffmpeg, joined
from tests.sources.patterns import Options, beeps, clock
from tests.sources.rates import AAC, H264, LENGTH, QUICK

_BOTH: Options = [*clock("25", LENGTH), *beeps(LENGTH), *H264, *AAC]
_THREE: Options = [*clock("25", 3), *beeps(3), *H264, *AAC]


def _cut_inside_a_group(path: Path) -> None:
    """An edit list leaves out what stands before the cut: those packets have negative time stamps."""
    whole = path.with_suffix(".whole.mp4")
    clips.ffmpeg(*clock("25", LENGTH + 1), *beeps(LENGTH + 1), *H264, *AAC, whole)
    clips.ffmpeg("-ss", 1, "-i", whole, "-c", "copy", path)
    whole.unlink()


TIMES = (
    Source("start_late", "ts", "time stamps that begin at 7 seconds",
        by_ffmpeg(*_BOTH, "-output_ts_offset", 7),
        Plays(130, "25/1", chunks=3, tells_time=True, synchronous=True)),
    Source("start_late_mkv", "mkv", "time stamps that begin at 7 seconds, in Matroska",
        by_ffmpeg(*_BOTH, "-output_ts_offset", 7),
        Plays(130, "25/1", chunks=3, tells_time=True, synchronous=True)),
    Source("negative", "mp4", "an edit list that leaves out the first second",
        _cut_inside_a_group,
        Plays(130, "25/1", chunks=3, synchronous=True)),
    Source("transport", "ts", "a transport stream, no length in a header", by_ffmpeg(*_BOTH),
        Plays(130, "25/1", chunks=3, tells_time=True, synchronous=True)),
    Source("jump_ahead", "ts", "time stamps that jump an hour ahead",
        joined(_THREE, [*_THREE, "-output_ts_offset", "3600"], ending="ts"),
        Plays((148, 152), "25/1", chunks=1, remark="joined")),
    Source("jump_back", "ts", "time stamps that jump back to the beginning",
        joined(_THREE, _THREE, ending="ts"),
        Plays((148, 152), "25/1", chunks=1, remark="joined")),
    Source("small_gap", "ts", "a hole of three seconds in the time stamps",
        joined(_THREE, [*_THREE, "-output_ts_offset", "6"], ending="ts"),
        Plays((222, 227), "25/1", chunks=1, remark="the last picture stands still, in silence")),
    Source("wrapped", "ts", "time stamps that begin anew (33 bits are over)",
        by_ffmpeg(*_BOTH, "-output_ts_offset", 2**33 / 90_000 - 3),
        Plays(130, "25/1", chunks=3, tells_time=True, synchronous=True)),
    Source("resized", "ts", "pictures that change their size on the way",
        joined(_THREE, [*clock("25", 3, size="96x96"), *beeps(3), *H264, *AAC, "-output_ts_offset", "3"], ending="ts"),
        Plays((147, 152), "25/1", remark="all in the first size")),
    Source("changing_sound", "ts", "sound that changes its rate and its channels on the way",
        joined(_THREE, [*clock("25", 3), *beeps(3, sample_rate=44_100, channels=2), *H264, *AAC, "-output_ts_offset", "3"], ending="ts"),
        Plays((147, 152), "25/1")),
    Source("flash", "flv", "Flash video",
        by_ffmpeg(*clock("25", LENGTH), *beeps(LENGTH), *QUICK, *AAC),
        Plays(130, "25/1", chunks=3, tells_time=True, synchronous=True)),
)  # fmt: skip
