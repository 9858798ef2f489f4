"""What is made beside the stream, from real files: waveforms, loudness, the whole file, pictures for the seek bar."""

import json

import pytest
from mutagen.mp4 import MP4

from apps.media.models import Loudness
from apps.streaming.enums import State
from apps.streaming.models import Generation
from apps.streaming.services.ingest import ingest_file
from tests import clips
from tests.jobs.running import run_jobs

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _quick(settings):
    settings.STREAMING = {"preset": "ultrafast"}


def publish(path, owner) -> Generation:
    item, job = ingest_file(path=path, title="", owner=owner)
    run_jobs()
    job.refresh_from_db()
    assert job.state == "succeeded", (job.error_message, job.staff_error)
    return Generation.objects.select_related("item__asset").get(item=item, state=State.PUBLISHED)


def test_a_song_has_waveforms_loudness_and_one_whole_file(owner):
    generation = publish(clips.clip("sound"), owner)
    assert generation.peaks
    overview = json.loads((generation.folder / "peaks/overview.json").read_text())
    print(overview["length"], generation.progressive)
    row = Loudness.objects.get(asset=generation.item.asset)
    print(row, row.true_peak_dbtp)
    whole = generation.folder / "progressive" / generation.progressive
    print(MP4(whole).tags.pprint(), MP4(whole).info.length)


def test_a_film_has_sheets(owner):
    generation = publish(clips.clip("cut25"), owner)
    assert generation.storyboard
    print(
        (generation.folder / "story/storyboard.vtt").read_text(),
        sorted(p.name for p in (generation.folder / "story").iterdir()),
        generation.folder,
    )
