from contextlib import suppress
from pathlib import Path

import pytest

from apps.media.errors import ProgramFailed, ProgramKilled, ProgramStalled, ProgramTooSlow
from apps.media.ffmpeg.commands import line, output, source
from apps.media.ffmpeg.run import capture, run
from tests import clips


def command_lines() -> list[str]:
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):
            found.append(path.read_bytes().decode(errors="replace"))
    return found


class Stop(BaseException):
    pass


def endless(tmp_path) -> list[str]:
    """Reads in real time, so that it would take the length of the film."""
    return line(output([source(clips.clip("film"), re=None)["0"]], str(tmp_path / "out.mkv"), c="copy"))


def test_progress_is_told_and_the_output_is_there(tmp_path):
    told = []
    target = tmp_path / "out.mkv"
    run(line(output([source(clips.clip("short"))["0"]], str(target), c="copy")), wall_s=60, on_progress=told.append)
    assert told[-1].frames == 75
    assert target.stat().st_size > 1000


def test_a_check_that_raises_stops_the_program_and_leaves_no_process(tmp_path):
    asked = []

    def check() -> None:
        asked.append(1)
        if len(asked) > 2:
            raise Stop

    with pytest.raises(Stop):
        run(endless(tmp_path), wall_s=60, check=check)
    assert not any(str(tmp_path) in text for text in command_lines())


def test_a_program_that_takes_too_long_is_stopped(tmp_path):
    with pytest.raises(ProgramTooSlow):
        run(endless(tmp_path), wall_s=0.6)


def test_a_program_without_progress_is_stopped(settings):
    settings.MEDIA_LIMITS = {"stall_s": 0.6}
    with pytest.raises(ProgramStalled):
        run(["sleep", "30"], wall_s=60)


def test_failing_and_being_killed_are_told_apart():
    with pytest.raises(ProgramFailed) as failed:
        capture(["sh", "-c", "echo oh >&2; exit 3"], wall_s=10)
    assert failed.value.stderr == "oh\n"
    with pytest.raises(ProgramKilled):
        capture(["sh", "-c", "kill -9 $$"], wall_s=10)


def test_only_the_end_of_a_long_complaint_is_kept():
    _, stderr = capture(["sh", "-c", "yes complaint | head -c 300000 >&2"], wall_s=10)
    assert len(stderr) == 64 * 1024


def test_a_playlist_is_not_opened_even_by_name(tmp_path):
    path = tmp_path / "film.m3u8"
    path.write_text(f"#EXTM3U\n#EXTINF:3,\n{clips.clip('short')}\n#EXT-X-ENDLIST\n")
    with pytest.raises(ProgramFailed):
        run(line(output([source(path)["0"]], str(tmp_path / "out.mkv"), c="copy")), wall_s=60)
