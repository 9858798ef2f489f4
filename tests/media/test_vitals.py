import pytest

from apps.core.health import Unwell
from apps.core.health import _checks as checks


def test_the_programs_say_their_versions():
    assert checks["ffmpeg"]().startswith("ffmpeg version")
    assert checks["ffprobe"]().startswith("ffprobe version")


def test_a_program_that_cannot_run_is_unwell(monkeypatch, tmp_path):
    broken = tmp_path / "ffmpeg"
    broken.write_text("#!/bin/sh\nexit 1\n")
    broken.chmod(0o755)
    monkeypatch.setenv("FFMPEG_PATH", str(broken))
    with pytest.raises(Unwell):
        checks["ffmpeg"]()
    monkeypatch.setenv("FFMPEG_PATH", str(tmp_path / "nothing"))
    with pytest.raises(Unwell):
        checks["ffmpeg"]()
