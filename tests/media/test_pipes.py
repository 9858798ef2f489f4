import os
import time
from pathlib import Path

import pytest

from apps.media.errors import ProgramFailed, ProgramStalled
from apps.media.ffmpeg.pipes import SidePipe
from apps.media.ffmpeg.run import run


def script(text: str) -> list[str]:
    return ["sh", "-c", text]


def name_of(pipe: SidePipe) -> str:
    """How a shell names it: plain shells know numbers of one digit alone."""
    return pipe.address.replace("pipe:", "/dev/fd/")


def open_files() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


def test_what_is_written_beside_standard_output_arrives_whole_and_in_order():
    got = {"a": bytearray(), "b": bytearray()}
    before = open_files()
    with SidePipe(got["a"].extend) as a, SidePipe(got["b"].extend) as b:
        first, second = (name_of(pipe) for pipe in (a, b))
        line = f"(seq 1 60000 >{first}) & (seq 60000 -1 1 >{second}); wait; echo end >&2"
        assert run(script(line), wall_s=30, pipes=[a, b]) == "end\n"
    assert got["a"].split() == [b"%d" % number for number in range(1, 60001)]
    assert got["b"].split() == [b"%d" % number for number in range(60000, 0, -1)]
    assert open_files() == before


def test_a_program_that_fills_every_pipe_at_once_does_not_hang():
    """Each of its three ways out holds more than a pipe does, written one after the other."""
    sizes = []
    with SidePipe(lambda part: sizes.append(len(part))) as pipe:
        name = name_of(pipe)
        many = "head -c 3000000 /dev/zero"
        run(script(f"{many} >&2; {many} >{name}; {many} | tr '\\0' '\\n'"), wall_s=30, pipes=[pipe])
    assert sum(sizes) == 3_000_000


def test_what_whoever_reads_raises_stops_the_program():
    class Full(Exception):
        pass

    def read(part: bytes) -> None:
        raise Full

    with pytest.raises(Full), SidePipe(read) as pipe:
        run(script(f"echo x >{name_of(pipe)}; sleep 60"), wall_s=90, pipes=[pipe])


def test_a_slow_reader_is_not_held_against_the_program(settings):
    """It writes ten parts; each is looked at for half as long as a program may stand still."""
    settings.MEDIA_LIMITS = {"stall_s": 0.6}
    seen = []

    def read(part: bytes) -> None:
        time.sleep(0.3)
        seen.append(len(part))

    with SidePipe(read) as pipe:
        run(script(f"head -c 2600000 /dev/zero >{name_of(pipe)}"), wall_s=60, pipes=[pipe])
    assert sum(seen) == 2_600_000


def test_a_slow_check_is_not_held_against_the_program(settings):
    """The database may be away for longer than a program may stand still."""
    settings.MEDIA_LIMITS = {"stall_s": 0.5}
    slow = iter([True])

    def check() -> None:
        if next(slow, False):
            time.sleep(0.9)

    run(script("sleep 0.3"), wall_s=60, check=check)


def test_a_program_that_writes_nowhere_is_still_stopped(settings):
    settings.MEDIA_LIMITS = {"stall_s": 0.6}
    with pytest.raises(ProgramStalled), SidePipe(lambda part: None) as pipe:
        run(script("sleep 30"), wall_s=60, pipes=[pipe])


def test_sound_that_flows_counts_as_progress(settings):
    settings.MEDIA_LIMITS = {"stall_s": 1.2}
    with SidePipe(lambda part: True) as pipe:
        name = name_of(pipe)
        run(script(f"for i in 1 2 3 4 5; do echo x >{name}; sleep 0.5; done"), wall_s=60, pipes=[pipe])


def test_a_pipe_that_no_program_took_is_closed():
    before = open_files()
    with pytest.raises(FileNotFoundError), SidePipe(lambda part: None) as pipe:
        run(["/nonexistent/program"], wall_s=5, pipes=[pipe])
    assert open_files() == before


def test_who_listens_decides_what_is_kept_of_complaints():
    def listen(part: bytes) -> bytes:
        return part.replace(b"secret", b"")

    with pytest.raises(ProgramFailed) as failed:
        run(script("echo a secret >&2; exit 2"), wall_s=5, listen=listen)
    assert failed.value.stderr == "a \n"


def test_other_programs_do_not_inherit_a_pipe():
    with SidePipe(lambda part: None) as pipe:
        assert not os.get_inheritable(int(pipe.address.removeprefix("pipe:")))
