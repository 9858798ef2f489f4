"""What an item's file says about it, and the picture that is found in it."""

import zlib
from pathlib import Path

import pytest
from django.utils import timezone

from apps.catalog.access import viewer_of
from apps.catalog.covers import covers_folder
from apps.catalog.enums import CoverOrigin, Kind
from apps.catalog.models import Item
from apps.catalog.services.describe import keep_cover, start_describing
from apps.catalog.services.edit import edit_item
from apps.jobs.models import Job
from apps.media.ffmpeg.facts import ChapterMark, Tags
from apps.media.models import Asset
from apps.media.services.adopt import create_asset, placed_file
from apps.media.services.examine import examine_file
from apps.media.services.picture import Picture
from apps.media.webp import webp_size
from tests import clips
from tests.jobs.running import run_jobs


@pytest.fixture(autouse=True)
def _own_media_folder(settings, tmp_path_factory):
    settings.MEDIA_ROOT = tmp_path_factory.mktemp("media")


def make_item(owner, path: Path, **fields) -> Item:
    probe = examine_file(path)
    with placed_file(path, probe) as placed:
        asset = create_asset(placed=placed, owner=owner, probe=probe)
    kind = Kind.VIDEO if probe.video else Kind.TRACK
    wanted = {"kind": kind, "slug": "film", "duration_ms": probe.duration_ms, "published_at": timezone.now(), **fields}
    return Item.objects.create(owner=owner, title="Film", asset=asset, **wanted)


def describe(item: Item) -> Item:
    start_describing(item_id=item.pk)
    run_jobs()
    assert Job.objects.get().state == "succeeded", Job.objects.get().staff_error
    item.refresh_from_db()
    return item


def files(item: Item) -> list[Path]:
    return sorted(covers_folder(item.pk).iterdir()) if covers_folder(item.pk).exists() else []


def brightness(path: Path) -> float:
    """The mean of a picture's grey values."""
    raw = clips.read("-i", path, "-vf", "format=gray", "-f", "rawvideo", "-")
    return sum(raw) / len(raw)


def with_cover(tmp_path: Path, cover: Path, ending: str = "mp3", source: str = "sound") -> Path:
    path = tmp_path / f"with.{ending}"
    clips.ffmpeg("-i", clips.clip(source), "-i", cover, "-map", 0, "-map", 1, "-c", "copy", *_attached(source), path)
    return path


def _attached(source: str) -> list[str]:
    return ["-disposition:v", "attached_pic"] if source == "sound" else ["-disposition:v:1", "attached_pic"]


def picture(tmp_path: Path, ending: str, size: str = "500x400", *options: object) -> Path:
    path = tmp_path / f"cover.{ending}"
    clips.ffmpeg("-f", "lavfi", "-i", f"testsrc2=s={size}:d=1", "-frames:v", 1, *options, path)
    return path


@pytest.mark.parametrize("ending", ["png", "jpg", "webp", "gif", "bmp"])
def test_the_picture_that_is_kept_in_a_song_is_its_cover(owner, tmp_path, ending):
    item = describe(make_item(owner, with_cover(tmp_path, picture(tmp_path, ending))))
    assert (item.cover_origin, item.cover_widths, item.cover_height) == (CoverOrigin.EMBEDDED, [320, 500], 400)
    assert [webp_size(path.read_bytes()[:30]) for path in files(item)] == [(320, 256), (500, 400)]
    assert [path.name for path in files(item)] == [f"{item.cover}-320.webp", f"{item.cover}-500.webp"]


def test_a_large_cover_is_made_smaller_and_a_small_one_is_never_larger(owner, tmp_path):
    large = describe(make_item(owner, with_cover(tmp_path, picture(tmp_path, "png", "3000x1500"))))
    assert (large.cover_widths, large.cover_height) == ([320, 640, 1280], 640)
    Job.objects.all().delete()
    small = describe(make_item(owner, with_cover(tmp_path, picture(tmp_path, "png", "60x90"))))
    assert (small.cover_widths, small.cover_height) == ([60], 90)


def test_a_film_with_a_cover_shows_that(owner, tmp_path):
    path = with_cover(tmp_path, picture(tmp_path, "png", "200x300"), "mp4", "short")
    item = describe(make_item(owner, path))
    assert (item.cover_origin, item.cover_widths) == (CoverOrigin.EMBEDDED, [200])


def _chunk(kind: bytes, body: bytes) -> bytes:
    return len(body).to_bytes(4, "big") + kind + body + zlib.crc32(kind + body).to_bytes(4, "big")


def huge_png(path: Path) -> Path:
    """A few hundred bytes that claim to be forty thousand pixels square."""
    head = (40_000).to_bytes(4, "big") * 2 + bytes([8, 6, 0, 0, 0])
    chunks = _chunk(b"IHDR", head) + _chunk(b"IDAT", zlib.compress(bytes(4000))) + _chunk(b"IEND", b"")
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + chunks)
    return path


def broken_png(tmp_path: Path) -> Path:
    whole = picture(tmp_path, "png")
    whole.write_bytes(whole.read_bytes()[:2000])
    return whole


def song_with(tmp_path: Path, cover: bytes) -> Path:
    """An ID3 tag written by hand, because FFmpeg would not write such a cover."""
    body = b"\x00image/png\x00\x03\x00" + cover
    frame = b"APIC" + len(body).to_bytes(4, "big") + b"\x00\x00" + body
    size = bytes(len(frame) >> shift & 0x7F for shift in (21, 14, 7, 0))
    path = tmp_path / "song.mp3"
    path.write_bytes(b"ID3\x03\x00\x00" + size + frame + clips.clip("sound").read_bytes())
    return path


@pytest.mark.parametrize("make", ["huge", "broken", "noise"])
def test_a_hostile_cover_is_left_out_and_the_rest_is_kept(owner, tmp_path, make):
    if make == "noise":
        cover = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20
    else:
        cover = (huge_png(tmp_path / "huge.png") if make == "huge" else broken_png(tmp_path)).read_bytes()
    item = describe(make_item(owner, song_with(tmp_path, cover)))
    assert (item.cover, item.picture, files(item)) == ("", None, [])
    assert item.described_at


def test_a_film_is_shown_by_a_moment_that_is_not_black(owner):
    item = describe(make_item(owner, clips.clip("dark_start")))
    assert (item.cover_origin, item.cover_widths, item.cover_height) == (CoverOrigin.FRAME, [128], 72)
    assert brightness(files(item)[0]) > 60


def test_a_film_that_is_black_throughout_still_has_a_picture(owner):
    item = describe(make_item(owner, clips.clip("dark")))
    assert brightness(files(item)[0]) < 10


@pytest.mark.parametrize(
    ("name", "size"),
    [
        ("one_frame", (128, 72)),
        ("interlaced", (128, 72)),
        ("hdr", (128, 72)),
        ("squeezed", (320, 176)),
        ("clear_vp9", (128, 72)),
        ("one_fps", (128, 72)),
    ],
)
def test_unusual_films_have_usual_pictures(owner, name, size):
    item = describe(make_item(owner, clips.clip(name)))
    assert item.cover_origin == CoverOrigin.FRAME
    assert webp_size(files(item)[0].read_bytes()[:30]) == size


def test_a_turned_recording_has_an_upright_picture(owner):
    item = describe(make_item(owner, clips.portrait()))
    assert (item.cover_widths, item.cover_height) == ([180], 320)


def test_sound_without_a_cover_has_none(owner):
    item = describe(make_item(owner, clips.clip("sound")))
    assert (item.cover, item.cover_origin, files(item)) == ("", "", [])


def make_described(owner, **facts) -> Item:
    """An item whose file has been probed with these facts."""
    item = make_item(owner, clips.clip("sound"))
    probe = item.asset.probe | facts
    Asset.objects.filter(pk=item.asset_id).update(probe=probe)
    return describe(item)


def test_an_item_keeps_what_its_file_says_but_not_its_comments(owner):
    tags = Tags(artist="Mila", date="1987", comment="bought by mila@example.org", replaygain_track_gain="-3 dB")
    marks = [ChapterMark(0, 3000, "One"), ChapterMark(3000, 9000)]
    facts = {"tags": vars(tags), "chapters": [vars(mark) for mark in marks]}
    item = make_described(owner, **facts)
    assert item.tags == {"artist": "Mila", "date": "1987"}
    assert item.chapters == [{"start_ms": 0, "title": "One"}, {"start_ms": 3000, "title": "Chapter 2"}]


def test_chapters_that_somebody_wrote_stay(owner):
    item = make_item(owner, clips.clip("sound"))
    written = [{"start_ms": 10, "title": "Mine"}]
    edit_item(item=item, viewer=viewer_of(owner), chapters=written)
    marks = [vars(ChapterMark(0, 3000, "One"))]
    Asset.objects.filter(pk=item.asset_id).update(probe=item.asset.probe | {"chapters": marks})
    assert describe(item).chapters == written


def test_a_picture_that_a_person_chose_is_never_replaced(owner, tmp_path):
    item = make_item(owner, clips.clip("short"))
    chosen = {"cover": "0" * 16, "cover_origin": CoverOrigin.UPLOADED, "cover_widths": [9], "cover_height": 9}
    Item.objects.filter(pk=item.pk).update(**chosen)
    assert describe(item).cover == "0" * 16
    assert files(item) == []


def test_another_picture_takes_the_place_of_the_one_before(owner, tmp_path, django_capture_on_commit_callbacks):
    item = describe(make_item(owner, clips.clip("short")))
    before = files(item)
    path = picture(tmp_path, "webp", "40x30")
    with django_capture_on_commit_callbacks(execute=True):
        found = Picture("f" * 16, [path], [40], 30, embedded=True)
        assert keep_cover(item_id=item.pk, picture=found, still_mine=lambda: None)
    assert [path.name for path in files(item)] == [f"{'f' * 16}-40.webp"]
    assert not set(before) & set(files(item))


def test_a_file_is_read_once_and_beside_nothing(owner):
    item = describe(make_item(owner, clips.clip("sound")))
    start_describing(item_id=item.pk)
    assert Job.objects.count() == 1
    Job.objects.all().delete()
    start_describing(item_id=item.pk)
    assert run_jobs() == 0
