import subprocess

import pytest

from apps.core.embedded import binaries
from apps.streaming.models import Generation
from apps.streaming.services.ingest import ingest_file
from tests import clips
from tests.jobs.running import run_jobs

pytestmark = pytest.mark.django_db
WIDTH, HEIGHT = 128, 72


def grey_of_each_frame(generation: Generation) -> list[bytes]:
    """The brightness of the lowest rung as players show it, row by row."""
    name = generation.what_to_make.video.lowest.name
    line = [str(binaries.ffmpeg()), "-v", "error", "-i", str(generation.folder / name / "playlist.m3u8")]
    line += ["-vf", "format=gray", "-f", "rawvideo", "-"]
    raw = subprocess.run(line, check=True, capture_output=True).stdout
    size = WIDTH * HEIGHT
    return [raw[at : at + size] for at in range(0, len(raw), size)]


@pytest.mark.parametrize("name", ["clear_vp9", "clear_vp8", "clear_prores", "clear_png"])
def test_what_is_transparent_is_shown_black(owner, name):
    item, _ = ingest_file(path=clips.clip(name), title="", owner=owner)
    run_jobs()
    frames = grey_of_each_frame(Generation.objects.published().get(item=item))
    assert len(frames) == 50
    for frame in frames:
        rows = [frame[at : at + WIDTH] for at in range(0, len(frame), WIDTH)]
        assert max(max(row[: WIDTH // 2 - 8]) for row in rows) <= 6
        assert min(min(row[WIDTH // 2 + 8 :]) for row in rows) >= 120
