"""Part of a stream: previews, pictures up to a height, and originals that may be kept."""

import pytest
from django.utils import timezone

from apps.catalog.access import viewer_of
from apps.catalog.services.edit import edit_item
from apps.core import site_settings
from apps.memberships.services.grant import revoke
from apps.memberships.settings_offered import DOWNLOADS_FOR_ALL, HEIGHT_FOR_ALL
from apps.streaming import gate
from apps.streaming.models import PlaybackPosition
from tests.catalog.making import ranked
from tests.memberships.making import make_grant, make_tier
from tests.streaming.making import BESIDE, make_ladder
from tests.streaming.test_gate import body, open_stream
from tests.streaming.test_gate_families import statuses

PREVIEW_S = 10  # two segments of four seconds
BEYOND = (
    "v360/seg_00003.m4s", "v360/seg_00010.m4s", "a1/seg_00003.m4s", "t1/playlist.m3u8", "t1/subtitles.vtt",
    "peaks/overview.json", "peaks/detail.dat", "peaks/wave.png", "story/storyboard.vtt", "story/storyboard.json",
    "story/sheet_001.jpg", "progressive/film.m4a", "../source", "../download",
)  # fmt: skip
WITHIN = ("master.m3u8", "v360/playlist.m3u8", "v360/init.mp4", "v360/seg_00002.m4s", "a1/seg_00001.m4s")


@pytest.fixture(autouse=True)
def _forgetful_gate(settings):
    settings.STREAMING = {"gate_cache_s": 0}
    gate.forget_all()


@pytest.fixture
def gold(db):
    return make_tier("Gold", 30, price_cents=900, currency="EUR", downloads=True)


@pytest.fixture
def locked(owner, gold):
    """For Gold, with a preview for all."""
    return make_ladder(owner, **ranked(30, preview_s=PREVIEW_S)).item


def address(base: str, name: str) -> str:
    return base.rstrip("/").rpartition("/")[0] + name.removeprefix("..") if name.startswith("..") else base + name


def listed(client, path: str) -> list[str]:
    text = body(client.get(path)).decode()
    return [line for line in text.splitlines() if line and not line.startswith("#")]


def playback(client, item) -> dict:
    answer = client.post(f"/api/v1/items/{item.pk}/playback/")
    assert answer.status_code == 200, answer.content
    return answer.json()


# Previews


def test_a_preview_is_the_first_segments_and_nothing_else(client, locked):
    base = open_stream(client, locked)
    for name in WITHIN:
        assert statuses(client, address(base, name)) <= {200, 206}, name
    for name in BEYOND:
        assert statuses(client, address(base, name)) == {403}, name
    playlist = body(client.get(base + "v360/playlist.m3u8")).decode()
    assert listed(client, base + "v360/playlist.m3u8") == ["seg_00001.m4s", "seg_00002.m4s"]
    assert playlist.rstrip().endswith("#EXT-X-ENDLIST")
    assert "SUBTITLES" not in body(client.get(base + "master.m3u8")).decode()


def test_a_preview_says_how_long_it_is_and_leads_nowhere_else(client, locked):
    told = playback(client, locked)
    assert told["preview_ms"] == 8000
    nothing = ("progressive_url", "peaks_url", "storyboard_url", "source_url", "download_url")
    assert [told[name] for name in nothing] == [None] * 5
    assert told["captions"] == []


def test_a_preview_shorter_than_a_segment_is_one(client, owner, gold):
    item = make_ladder(owner, **ranked(30, preview_s=1)).item
    assert playback(client, item)["preview_ms"] == 4000
    assert listed(client, open_stream(client, item) + "a1/playlist.m3u8") == ["seg_00001.m4s"]


def test_a_cut_playlist_has_ranges_and_conditions_like_any(client, locked):
    path = open_stream(client, locked) + "v360/playlist.m3u8"
    whole = client.get(path)
    assert client.get(path, headers={"If-None-Match": whole["ETag"]}).status_code == 304
    part = client.get(path, headers={"Range": "bytes=0-6"})
    assert (part.status_code, body(part)) == (206, b"#EXTM3U")
    assert (client.head(path)["Content-Length"], body(client.head(path))) == (str(len(body(whole))), b"")


def test_who_has_the_tier_gets_all_and_loses_it_with_the_grant(client, member, gold, locked):
    grant = make_grant(member, gold)
    client.force_login(member)
    base = open_stream(client, locked)
    for name in (*WITHIN, *BEYOND):
        if name != "../source":
            assert statuses(client, address(base, name)) <= {200, 206}, name
    assert playback(client, locked)["preview_ms"] is None
    revoke(grant=grant)
    assert client.get(base + "v360/seg_00003.m4s").status_code == 403
    assert client.get(base + "v360/seg_00002.m4s").status_code == 200
    assert len(listed(client, base + "v360/playlist.m3u8")) == 2
    make_grant(member, gold)
    assert client.get(base + "v360/seg_00003.m4s").status_code == 200


def test_nothing_is_noted_of_a_preview(client, member, locked):
    client.force_login(member)
    playback(client, locked)
    beat = {"position_ms": 1000, "at": timezone.now().isoformat(), "device": "laptop-1", "seq": 1}
    answer = client.post(f"/api/v1/items/{locked.pk}/playback/position/", beat, "application/json")
    assert answer.status_code == 204
    assert not PlaybackPosition.objects.exists()


def test_without_a_preview_what_is_locked_opens_nothing_and_says_what_does(client, owner, locked):
    edit_item(item=locked, viewer=viewer_of(owner), policy={"kind": "rank", "rank": 30})
    answer = client.post(f"/api/v1/items/{locked.pk}/playback/")
    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "membership")
    assert answer.json()["error"]["message"] == "Gold opens this."
    assert client.get(f"/hls/{locked.pk}/master.m3u8").status_code == 403


# Heights


def test_a_tier_bounds_the_pictures_but_never_to_nothing(client, owner, member):
    item = make_ladder(owner).item
    client.force_login(member)
    for largest, there in ((0, ["v360", "v1080", "v2160"]), (1080, ["v360", "v1080"]), (144, ["v360"])):
        site_settings.set(HEIGHT_FOR_ALL, largest, by=owner)
        base = open_stream(client, item)
        assert [name.partition("/")[0] for name in listed(client, base + "master.m3u8")] == [*there, "a1"]
        for name in ("v360", "v1080", "v2160"):
            expected = 200 if name in there else 403
            for file in ("playlist.m3u8", "init.mp4", "seg_00001.m4s"):
                assert client.get(f"{base}{name}/{file}").status_code == expected, (largest, name, file)
        assert client.get(base + "progressive/film.m4a").status_code == 200


def test_the_best_tier_counts_and_its_owner_is_not_bounded(client, owner, member):
    item = make_ladder(owner).item
    make_grant(member, make_tier("Bronze", 10, largest_height=360))
    client.force_login(member)
    assert client.get(open_stream(client, item) + "v1080/init.mp4").status_code == 403
    make_grant(member, make_tier("Silver", 20, largest_height=1080))
    assert client.get(open_stream(client, item) + "v1080/init.mp4").status_code == 200
    site_settings.set(HEIGHT_FOR_ALL, 360, by=owner)
    client.force_login(owner)
    assert client.get(open_stream(client, item) + "v2160/init.mp4").status_code == 200


# Originals as files


def test_who_may_keep_it_gets_the_original_under_its_name(client, owner, member, stranger, gold):
    item = make_ladder(owner).item
    make_grant(member, gold)
    client.force_login(member)
    told = playback(client, item)
    answer = client.get(told["download_url"].removeprefix("http://testserver"))
    assert (answer.status_code, answer["Content-Disposition"].partition(";")[0]) == (200, "attachment")
    assert told["source_url"] is None
    client.force_login(stranger)
    assert playback(client, item)["download_url"] is None
    assert statuses(client, address(open_stream(client, item), "../download")) == {403}
    site_settings.set(DOWNLOADS_FOR_ALL, value=True, by=owner)
    assert statuses(client, address(open_stream(client, item), "../download")) <= {200, 206}


def test_its_owner_may_keep_what_others_may_not(client, owner, member, moderator, gold):
    item = make_ladder(owner, downloads=False).item
    make_grant(member, gold)
    for person, expected in ((member, {403}), (owner, {200, 206}), (moderator, {200, 206})):
        client.force_login(person)
        assert statuses(client, address(open_stream(client, item), "../download")) <= expected
        assert (playback(client, item)["download_url"] is None) == (expected == {403})


def test_all_families_were_asked_for():
    assert {name.partition("/")[0] for name in BESIDE} <= {name.partition("/")[0] for name in BEYOND}
