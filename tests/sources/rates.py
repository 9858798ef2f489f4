"""Sources that differ in how their pictures follow each other."""

from tests.sources.kinds import Plays, Source, by_ffmpeg
from tests.sources.patterns import Options, beeps, clock

H264: Options = ["-c:v", "libx264", "-preset", "veryfast", "-bf", "3", "-g", "50", "-pix_fmt", "yuv420p"]
QUICK: Options = ["-c:v", "libx264", "-preset", "ultrafast", "-g", "25", "-pix_fmt", "yuv420p"]
AAC: Options = ["-c:a", "aac"]
LENGTH = 5.2


def _steady(rate: str, seconds: float = LENGTH) -> Options:
    return [*clock(rate, seconds), *beeps(seconds), *H264, *AAC]


def _exactly(frames: int) -> Options:
    return [*clock("25", 0, frames=frames), *beeps(frames / 25), *H264, *AAC]


RATES = (
    Source(
        "pal",
        "mp4",
        "25 frames a second, B-frames, edit list",
        by_ffmpeg(*_steady("25")),
        Plays(130, "25/1", chunks=3, tells_time=True, synchronous=True),
    ),
    Source(
        "on_the_grid",
        "mp4",
        "25 frames a second, a key frame each second and no B-frames, as our own",
        by_ffmpeg(*clock("25", LENGTH), *beeps(LENGTH), *QUICK, "-sc_threshold", "0", "-b:v", "200k", *AAC),
        Plays(130, "25/1", chunks=3, tells_time=True, synchronous=True),
    ),
    Source(
        "ntsc",
        "mp4",
        "29.97 frames a second",
        by_ffmpeg(*_steady("30000/1001")),
        Plays(156, "30000/1001", chunks=3, tells_time=True, synchronous=True),
    ),
    Source(
        "ntsc_long",
        "mp4",
        "29.97 frames a second, segments of 4 seconds",
        by_ffmpeg(*_steady("30000/1001", 20)),
        Plays(600, "30000/1001", chunks=2, tells_time=True, synchronous=True),
        settings={"segment_s": 4, "chunk_s": 8},
    ),
    Source(
        "ntsc_fast",
        "mp4",
        "59.94 frames a second",
        by_ffmpeg(*_steady("60000/1001")),
        Plays(312, "60000/1001", chunks=3, tells_time=True, synchronous=True),
    ),
    Source(
        "film",
        "mkv",
        "23.976 frames a second, in Matroska",
        by_ffmpeg(*_steady("24000/1001")),
        Plays(125, "24000/1001", chunks=3, tells_time=True, synchronous=True),
    ),
    Source(
        "sports",
        "mp4",
        "120 frames a second",
        by_ffmpeg(*clock("120", LENGTH), *QUICK),
        Plays(312, "60/1", sounds=(), chunks=3),
    ),
    Source(
        "one_fps",
        "mp4",
        "1 frame a second",
        by_ffmpeg(*clock("1", 9), *beeps(9), *H264, *AAC),
        Plays(9, "1/1", chunks=4),
    ),
    Source(
        "variable",
        "mkv",
        "a variable rate: 10 and 30 frames a second in turn",
        by_ffmpeg(
            *clock("30", LENGTH),
            *beeps(LENGTH),
            *("-vf", "select='not(mod(n,3))+lt(mod(n,90),40)'", "-fps_mode", "vfr"),
            *QUICK,
            *AAC,
        ),
        Plays((154, 158), "30/1", chunks=3, synchronous=True),
    ),
    Source(
        "slides",
        "mkv",
        "pictures that stand for longer than a chunk",
        by_ffmpeg(*clock("25", 12), "-vf", "select='lt(mod(t,5),0.5)'", "-fps_mode", "vfr", *QUICK),
        Plays((262, 265), "25/1", sounds=(), chunks=5),
    ),
    Source("one_frame", "mkv", "one frame with sound", by_ffmpeg(*_exactly(1)), Plays(1, "25/1", chunks=1)),
    Source("blink", "mp4", "less than a second", by_ffmpeg(*_exactly(6)), Plays(6, "25/1", chunks=1, tells_time=True)),
    *(
        Source(
            f"boundary{frames - 100:+d}".replace("+", "_plus_").replace("-", "_minus_"),
            "mp4",
            f"chunks of 50 frames: {frames} frames",
            by_ffmpeg(*_exactly(frames)),
            Plays(frames, "25/1", chunks=2, tells_time=True, synchronous=True),
        )
        for frames in (99, 100, 101)
    ),
    Source(
        "three_hours",
        "mp4",
        "three hours, one frame a second",
        by_ffmpeg("-f", "lavfi", "-i", "testsrc2=s=128x72:r=1:d=10800", *QUICK),
        Plays(10_800, "1/1", "128x72", sounds=(), chunks=3),
        settings={"segment_s": 60, "chunk_s": 3600},
    ),
    Source(
        "sparse_keys",
        "mp4",
        "one key frame in 30 seconds",
        by_ffmpeg(*clock("25", 30, size="128x72"), *H264, "-g", "750", "-sc_threshold", "0"),
        Plays(750, "25/1", "128x72", sounds=(), chunks=4, tells_time=True),
        settings={"segment_s": 4, "chunk_s": 8},
    ),
    Source(
        "open_groups",
        "ts",
        "open groups of pictures with B-frames",
        by_ffmpeg(*clock("25", LENGTH), *beeps(LENGTH), *H264, "-x264-params", "open-gop=1:keyint=25:bframes=3", *AAC),
        Plays(130, "25/1", chunks=3, tells_time=True, synchronous=True),
    ),
    Source(
        "open_mpeg2",
        "mpg",
        "MPEG-2 with open groups of pictures, in a program stream",
        by_ffmpeg(*clock("25", LENGTH), *beeps(LENGTH), "-c:v", "mpeg2video", "-bf", "2", "-q:v", "3", "-c:a", "mp2"),
        Plays(130, "25/1", chunks=3, tells_time=True, synchronous=True),
    ),
    Source(
        "mpeg1",
        "mpg",
        "MPEG-1 in a program stream",
        by_ffmpeg(*clock("25", LENGTH), *beeps(LENGTH), "-c:v", "mpeg1video", "-q:v", "1", "-c:a", "mp2"),
        Plays(130, "25/1", chunks=3, tells_time=True, synchronous=True),
    ),
    Source(
        "interlaced",
        "ts",
        "interlaced MPEG-2",
        by_ffmpeg(
            *clock("25", LENGTH),
            *beeps(LENGTH),
            *("-vf", "setfield=tff", "-c:v", "mpeg2video", "-flags", "+ilme+ildct", "-q:v", "3", "-c:a", "mp2"),
        ),
        Plays((129, 131), "25/1", chunks=3, synchronous=True),
    ),
    Source(
        "avi",
        "avi",
        "AVI with B-frames, which tells decoding times alone",
        by_ffmpeg(*clock("25", LENGTH), *beeps(LENGTH), "-c:v", "mpeg4", "-bf", "2", "-q:v", "3", "-c:a", "libmp3lame"),
        Plays((130, 131), "25/1", chunks=3, synchronous=True),
    ),
)
