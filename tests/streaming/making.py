"""A published stream of made-up bytes, for tests of who may fetch what."""

from pathlib import Path

from django.utils import timezone

from apps.catalog.enums import Kind, State
from apps.catalog.models import Item
from apps.streaming import enums
from apps.streaming.models import Generation
from apps.streaming.plan import Plan

SEGMENT = bytes(range(256)) * 40
FILES = {
    "master.m3u8": b"#EXTM3U\n",
    "v360/playlist.m3u8": b"#EXTM3U\n#EXT-X-ENDLIST\n",
    "v360/init.mp4": b"init",
    "v360/seg_00001.m4s": SEGMENT,
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
