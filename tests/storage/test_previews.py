"""Part of a stream that lives in S3 is cut like one on the disk."""

from datetime import timedelta

import httpx
import pytest

from apps.core import site_settings
from apps.media.enums import Place
from apps.media.services.move import move_asset
from apps.memberships.settings_offered import HEIGHT_FOR_ALL
from apps.streaming.services.collect_objects import collect_objects
from apps.streaming.services.move import move_generation
from tests.catalog.making import ranked
from tests.jobs.running import run_jobs
from tests.streaming.making import make_ladder
from tests.streaming.test_gate import body, open_stream
from tests.streaming.test_gate_families import statuses
from tests.streaming.test_previews import BEYOND, PREVIEW_S, address, listed

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("delivery", ["proxy", "redirect"])
def test_a_preview_from_s3_is_cut_like_one_from_the_disk(client, owner, s3_known, settings, delivery):
    settings.S3_DELIVERY = delivery
    made = make_ladder(owner, **ranked(30, preview_s=PREVIEW_S))
    move_asset(asset=made.item.asset, to=Place.S3)
    move_generation(generation=made, to=Place.S3)
    run_jobs()
    made.refresh_from_db()
    collect_objects(now=made.moved_at + timedelta(hours=2), check=lambda: None)
    assert not made.folder.exists()
    base = open_stream(client, made.item)
    assert len(listed(client, base + "v360/playlist.m3u8")) == 2
    assert "SUBTITLES" not in body(client.get(base + "master.m3u8")).decode()
    answer = client.get(base + "v360/seg_00002.m4s")
    content = httpx.get(answer["Location"]).content if answer.status_code == 302 else body(answer)
    assert content == b"v360 seg_00002.m4s"
    for name in BEYOND:
        assert statuses(client, address(base, name)) == {403}, name
    site_settings.set(HEIGHT_FOR_ALL, 360, by=owner)
    assert listed(client, base + "master.m3u8") == ["v360/playlist.m3u8", "a1/playlist.m3u8"]
    assert statuses(client, base + "v1080/seg_00001.m4s") == {403}
