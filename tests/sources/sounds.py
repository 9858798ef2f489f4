"""Sources that differ in their sound: how much of it there is, when it begins, and where it ends."""

from pathlib import Path

from tests import clips
from tests.sources.kinds import Make, Plays, Source, by_ffmpeg, joined
from tests.sources.patterns import beeps, clock
from tests.sources.rates import AAC, H264, LENGTH, QUICK

_SHORT = 3.0


def _with_cover(*options: str) -> Make:
    """A song whose cover is a picture beside it."""

    def make(path: Path) -> None:
        cover = path.with_suffix(".png")
        clips.ffmpeg("-f", "lavfi", "-i", "testsrc2=s=64x64", "-frames:v", 1, cover)
        shown = ["-map", "0", "-map", "1", "-c:v", "copy", "-disposition:v", "attached_pic"]
        clips.ffmpeg(*beeps(9), "-i", cover, *shown, *options, path)
        cover.unlink()

    return make


MUSIC = ("a64", "a128", "a256")

SOUNDS = (
    Source(
        "song",
        "mp3",
        "sound alone with a PNG cover",
        _with_cover("-c:a", "libmp3lame", "-id3v2_version", "3"),
        Plays(sounds=MUSIC, duration_s=9),
    ),
    Source("song_flac", "flac", "FLAC with a cover", _with_cover("-c:a", "flac"), Plays(sounds=MUSIC, duration_s=9)),
    Source("song_m4a", "m4a", "AAC with a cover", _with_cover(*AAC), Plays(sounds=MUSIC, duration_s=9)),
    Source("adts", "aac", "raw AAC, no length in a header", by_ffmpeg(*beeps(9), *AAC), Plays(sounds=MUSIC, duration_s=9)),
    Source("vorbis", "ogg", "Vorbis", by_ffmpeg(*beeps(9, channels=2), "-c:a", "libvorbis"), Plays(sounds=MUSIC, duration_s=9)),
    Source("telephone", "wav", "8 kHz, one channel", by_ffmpeg(*beeps(9, sample_rate=8000, pitch=500)), Plays(sounds=MUSIC, duration_s=9)),
    Source("studio", "wav", "96 kHz, 24 bits", by_ffmpeg(*beeps(9, sample_rate=96_000, channels=2), "-c:a", "pcm_s24le"), Plays(sounds=MUSIC, duration_s=9)),
    Source("changing_song", "aac", "sound that changes its rate and its channels on the way",
        joined([*beeps(4, sample_rate=44_100), *AAC], [*beeps(5, channels=2), *AAC], ending="aac"),
        Plays(sounds=MUSIC, duration_s=9.5)),
    Source("mono", "mp4", "one channel", by_ffmpeg(*clock("25", _SHORT), *beeps(_SHORT), *H264, *AAC, "-ac", 1),
        Plays(75, "25/1", tells_time=True, synchronous=True)),
    Source("surround", "mkv", "5.1 channels", by_ffmpeg(*clock("25", LENGTH), *beeps(LENGTH, channels=6), *QUICK, "-c:a", "ac3"),
        Plays(130, "25/1", sounds=("a128", "s384"), chunks=3, tells_time=True, synchronous=True)),
    Source("three_languages", "mkv", "three tracks of sound in three languages",
        by_ffmpeg(*clock("25", LENGTH), *beeps(LENGTH), *beeps(LENGTH, pitch=600), *beeps(LENGTH, pitch=1500),
            "-map", 0, "-map", 1, "-map", 2, "-map", 3, *QUICK, *AAC,
            "-metadata:s:a:0", "language=eng", "-metadata:s:a:1", "language=deu", "-metadata:s:a:2", "language=fra"),
        Plays(130, "25/1", sounds=("a128", "a128t2", "a128t3"), chunks=3, tells_time=True, synchronous=True)),
    Source("long_sound", "mp4", "pictures shorter than the sound",
        by_ffmpeg(*clock("25", 4), *beeps(7), *H264, *AAC),
        Plays(100, "25/1", chunks=2, tells_time=True, synchronous=True)),
    Source("long_pictures", "mp4", "sound shorter than the pictures",
        by_ffmpeg(*clock("25", 7), *beeps(4), *H264, *AAC),
        Plays(175, "25/1", tells_time=True, synchronous=True)),
    Source("blink_of_sound", "mov", "8 ms of sound beside three seconds of pictures",
        by_ffmpeg(*clock("25", _SHORT), *beeps(0.008), *H264, "-c:a", "pcm_s16le"),
        Plays(75, "25/1", tells_time=True)),
    Source("late_sound", "mp4", "sound that begins 1.5 seconds after the pictures",
        by_ffmpeg(*clock("25", LENGTH), *beeps(6), "-filter_complex", "[1:a]atrim=1.5[a]", "-map", "0:v", "-map", "[a]", "-shortest", *H264, *AAC),
        Plays(130, "25/1", chunks=3, tells_time=True, synchronous=True)),
    Source("late_sound_mkv", "mkv", "the same in Matroska",
        by_ffmpeg(*clock("25", LENGTH), *beeps(LENGTH), "-filter_complex", "[1:a]atrim=1.5[a]", "-map", "0:v", "-map", "[a]", *H264, *AAC),
        Plays(130, "25/1", chunks=3, tells_time=True, synchronous=True)),
    Source("late_pictures", "mkv", "pictures that begin 2.2 seconds after the sound",
        by_ffmpeg(*clock("25", 6), *beeps(6), "-vf", "trim=start_frame=55", *H264, *AAC),
        Plays(150, "25/1", chunks=3, synchronous=True)),
    Source("first_gap", "mkv", "a second picture five seconds after the first",
        by_ffmpeg(*clock("25", 8), *beeps(8), "-vf", "select='eq(n,0)+gte(n,125)'", "-fps_mode", "vfr", *QUICK, *AAC),
        Plays((199, 201), "25/1", chunks=4, synchronous=True)),
)  # fmt: skip
