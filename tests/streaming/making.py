"""A published stream of made-up bytes, for tests of who may fetch what."""

from pathlib import Path

from django.conf import settings
from django.utils import timezone

from apps.catalog.enums import Kind, State
from apps.catalog.models import Item
from apps.core.models import new_id
from apps.media.models import Asset
from apps.streaming import enums
from apps.streaming.models import Generation, Rendition
from apps.streaming.plan import Plan

SEGMENT = bytes(range(256)) * 40
FILES = {
    "master.m3u8": b"#EXTM3U\n",
    "v360/playlist.m3u8": b"#EXTM3U\n#EXT-X-ENDLIST\n",
    "v360/init.mp4": b"init",
    "v360/seg_00001.m4s": SEGMENT,
}
BESIDE = {
    "t1/subtitles.vtt": b"WEBVTT\n",
    "t1/playlist.m3u8": b"#EXTM3U\n#EXT-X-ENDLIST\n",
    "peaks/overview.json": b"{}",
    "peaks/overview.dat": bytes(24),
    "peaks/detail.dat": bytes(24),
    "peaks/detail.json": b"{}",
    "peaks/wave.png": b"\x89PNG",
    "story/storyboard.vtt": b"WEBVTT\n",
    "story/storyboard.json": b"{}",
    "story/sheet_001.jpg": b"\xff\xd8\xff",
    "progressive/film.m4a": SEGMENT,
}


def make_stream(owner, **fields) -> Generation:
    wanted = {"kind": Kind.VIDEO, "slug": "film", "state": State.READY, "published_at": timezone.now(), **fields}
    item = Item.objects.create(owner=owner, title="Film", **wanted)
    return add_generation(item, 1, enums.State.PUBLISHED)


def add_generation(item, number, state) -> Generation:
    made = Generation.objects.create(
        item=item,
        number=number,
        state=state,
        plan=Plan(1000, (0,), None, ()).as_json(),
        published_at=timezone.now() if state != enums.State.ENCODING else None,
    )
    for name, content in FILES.items():
        path: Path = made.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return made


def make_full_stream(owner, **fields) -> Generation:
    """A stream with all that can lie beside it, of an item whose original is there."""
    path = Path("assets", str(new_id()), "source.mp4")
    whole = Path(settings.MEDIA_ROOT) / path
    whole.parent.mkdir(parents=True)
    whole.write_bytes(SEGMENT)
    asset = Asset.objects.create(
        owner=owner, name='Mein "Film" – 1.mp4', path=str(path), content_type="video/mp4", size_bytes=len(SEGMENT)
    )
    made = make_stream(owner, asset=asset, **fields)
    add_beside(made)
    return made


def add_beside(made: Generation) -> None:
    for name, content in BESIDE.items():
        (made.folder / name).parent.mkdir(exist_ok=True)
        (made.folder / name).write_bytes(content)
    made.peaks = made.storyboard = True
    made.progressive = "film.m4a"
    made.save()
    Rendition.objects.create(
        generation=made, name="t1", kind=enums.RenditionKind.TEXT, language="de", title="Deutsch", size_bytes=7
    )
