"""A published stream of made-up bytes, for tests of who may fetch what."""

from pathlib import Path

from django.conf import settings
from django.utils import timezone

from apps.catalog.enums import Kind, State
from apps.catalog.models import Item
from apps.core.models import new_id
from apps.media.models import Asset
from apps.streaming import enums
from apps.streaming.encode.parts import Segment
from apps.streaming.master import master_of
from apps.streaming.models import Generation, Rendition
from apps.streaming.plan import AudioPlan, AudioRung, Plan
from apps.streaming.playlists import media_playlist

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


RUNGS = {"v360": (640, 360), "v1080": (1920, 800), "v2160": (3840, 1600)}
LADDER_SEGMENTS = 10
LADDER_SEGMENT_S = 4


def make_ladder(owner, **fields) -> Generation:
    """A film of 40 s in three sizes, with sound, text and all that can lie beside it; each segment is one of its kind."""
    made = make_full_stream(owner, **fields)
    track = AudioPlan(1, 0, (AudioRung("a1", 128, 2),), 48_000, LADDER_SEGMENT_S, in_step=True)
    made.plan = Plan(LADDER_SEGMENTS * LADDER_SEGMENT_S * 1000, (0,), None, (track,)).as_json()
    made.save()
    rows = [
        Rendition.objects.create(
            generation=made, name=name, kind=enums.RenditionKind.VIDEO, codecs="avc1.64001f", width=width, height=height,
            rate_num=25, rate_den=1, bandwidth=width * 1000, average_bandwidth=width * 900,
        )
        for name, (width, height) in RUNGS.items()
    ]  # fmt: skip
    sound = Rendition.objects.create(
        generation=made, name="a1", kind=enums.RenditionKind.AUDIO, codecs="mp4a.40.2", channels=2, main=True,
        bandwidth=128_000, average_bandwidth=128_000,
    )  # fmt: skip
    segments = [
        Segment(f"seg_{number:05}.m4s", LADDER_SEGMENT_S * 1000 * number, 0, LADDER_SEGMENT_S * 1000, 10, 100)
        for number in range(1, LADDER_SEGMENTS + 1)
    ]
    for row in (*rows, sound):
        row.folder.mkdir(exist_ok=True)
        (row.folder / "init.mp4").write_bytes(b"init")
        (row.folder / "playlist.m3u8").write_text(media_playlist(segments, 1000, longest=LADDER_SEGMENT_S))
        for segment in segments:
            (row.folder / segment.name).write_bytes(f"{row.name} {segment.name}".encode())
    texts = made.renditions.filter(kind=enums.RenditionKind.TEXT)
    (made.folder / "master.m3u8").write_text(master_of([*rows, sound, *texts]))
    return made
