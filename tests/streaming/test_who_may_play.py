"""Nine people, six policies, fifteen surfaces: each says of each what `decide` says. The table is `EXPECTED`, to be read.

allow     all of it             preview   the first segments alone
deny      shown, and locked
"""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client
from django.utils import timezone

from apps.catalog.access import decide, viewer_of
from apps.catalog.covers import cover_name, covers_folder
from apps.core.realtime.hub import authoriser
from apps.memberships.entitlements import Entitlements
from apps.memberships.standing import entitlements_of
from apps.streaming import gate
from tests.catalog.making import access, step
from tests.conftest import make_person
from tests.memberships.making import make_grant, make_tier
from tests.streaming.making import make_ladder

DAY = timedelta(days=1)
POLICIES = ("public", "signed_in", "rank", "tiers", "ladder", "preview")
A, P, D = "allow", "preview", "deny"
EXPECTED = {  #        public signed_in rank tiers ladder preview
    "guest": (A, D, D, D, D, P),
    "member": (A, A, D, D, D, P),
    "bronze": (A, A, D, A, D, P),
    "silver": (A, A, A, D, D, A),
    "gold": (A, A, A, D, A, A),
    "in grace": (A, A, A, D, D, A),
    "lapsed": (A, A, D, D, D, P),
    "creator": (A, A, A, A, A, A),
    "staff": (A, A, A, A, A, A),
}


@pytest.fixture(autouse=True)
def _forgetful_gate(settings):
    settings.STREAMING = {"gate_cache_s": 0}
    gate.forget_all()


@pytest.fixture
def world(db) -> SimpleNamespace:
    """The people, and a film for each policy."""
    now = timezone.now()
    tiers = {
        name: make_tier(name.title(), rank, downloads=True, price_cents=rank * 50)
        for name, rank in (("bronze", 10), ("silver", 20), ("gold", 30))
    }
    people: dict[str, Any] = {"guest": AnonymousUser(), "creator": make_person("creator", "creator")}
    people["staff"] = make_person("staff", "team")
    for name in ("member", *tiers, "in_grace", "lapsed"):
        people[name.replace("_", " ")] = make_person(name)
    for name, tier in tiers.items():
        make_grant(people[name], tier)
    ended = {"starts_at": now - 9 * DAY, "ends_at": now - DAY}
    make_grant(people["in grace"], tiers["silver"], **ended, grace_until=now + DAY)
    make_grant(people["lapsed"], tiers["silver"], **ended)
    specs = {
        "public": {"kind": "public"},
        "signed_in": {"kind": "signed_in"},
        "rank": {"kind": "rank", "rank": 20},
        "tiers": {"kind": "tiers", "tiers": ["bronze"]},
        "ladder": {"kind": "public", "early_access": [step(now - DAY, rank=30), step(now + DAY, rank=0)]},
        "preview": {"kind": "rank", "rank": 20, "preview_s": 10},
    }
    published = {"published_at": now - 2 * DAY}
    films = {name: make_ladder(people["creator"], **access(**spec), **published).item for name, spec in specs.items()}
    return SimpleNamespace(people=people, films=films, now=now)


def client_of(person: Any) -> Client:
    client = Client()
    if person.is_authenticated:
        client.force_login(person)
    return client


# What each surface says, as one of the three words.


def page(client: Client, item: Any) -> str:
    text = client.get(item.get_absolute_url()).content.decode()
    scene = text.partition('data-scene="')[2].partition('"')[0]
    return {"player": A, "preview": P, "locked": D}[scene]


def read(client: Client, item: Any) -> str:
    return client.get(f"/api/v1/items/{item.pk}/").json()["access"]


def explained(client: Client, item: Any) -> str:
    return client.get(f"/api/v1/items/{item.pk}/access/").json()["verdict"]


def listed(client: Client, item: Any) -> str:
    rows = client.get("/api/v1/items/?page_size=200").json()["results"]
    return next(row["access"] for row in rows if row["id"] == str(item.pk))


def playback(client: Client, item: Any) -> str:
    answer = client.post(f"/api/v1/items/{item.pk}/playback/")
    if answer.status_code == 403:
        return D
    return P if answer.json()["preview_ms"] else A


def opened(client: Client, item: Any) -> str | None:
    """The folder of the stream, for whom there is one."""
    answer = client.get(f"/hls/{item.pk}/master.m3u8")
    return answer["Location"].removesuffix("master.m3u8") if answer.status_code == 302 else None


def fetched(client: Client, item: Any, whole: str, part: str = "") -> str:
    """`part` is a file that a preview has as well, `whole` one that only those get who may have all."""
    base = opened(client, item)
    if base is None:
        return D
    if client.get(base + whole).status_code == 200:
        return A
    return P if not part or client.get(base + part).status_code == 200 else D


def playlist(client: Client, item: Any) -> str:
    base = opened(client, item)
    if base is None:
        return D
    answer = client.get(f"{base}v360/playlist.m3u8")
    names = b"".join(answer) if answer.streaming else answer.content
    return A if b"seg_00010.m4s" in names else P


def beside(name: str):
    return lambda client, item: fetched(client, item, name, "v360/init.mp4")


SURFACES = {
    "page": page,
    "API, read": read,
    "API, list": listed,
    "API, explained": explained,
    "API, playback": playback,
    "master": lambda client, item: fetched(client, item, "t1/playlist.m3u8", "master.m3u8"),
    "playlist": playlist,
    "segment": beside("v360/seg_00010.m4s"),
    "sprite": beside("story/sheet_001.jpg"),
    "caption": beside("t1/subtitles.vtt"),
    "peaks": beside("peaks/overview.json"),
    "progressive": beside("progressive/film.m4a"),
}


@pytest.mark.filterwarnings("ignore:StreamingHttpResponse must consume")
@pytest.mark.parametrize("surface", SURFACES)
def test_every_surface_says_what_the_table_says(world, surface):
    ask, found = SURFACES[surface], {}
    for name, person in world.people.items():
        client = client_of(person)
        found[name] = tuple(ask(client, world.films[policy]) for policy in POLICIES)
    assert found == EXPECTED


def test_the_table_is_what_the_decision_says(world):
    for name, person in world.people.items():
        said = tuple(decide(viewer_of(person), world.films[policy].subject, world.now).verdict for policy in POLICIES)
        assert said == EXPECTED[name], name


def test_sockets_are_followed_by_those_for_whom_something_plays(world):
    may_follow = authoriser("item")
    for name, person in world.people.items():
        found = tuple(bool(may_follow(person, str(world.films[policy].pk))) for policy in POLICIES)
        assert found == tuple(verdict != D for verdict in EXPECTED[name]), name


@pytest.mark.parametrize(("file", "own_alone"), [("source", True), ("download", False)])
def test_originals_go_to_whom_may_play_all_and_has_downloads_and_the_bare_one_to_its_own_people(world, file, own_alone):
    for name, person in world.people.items():
        client = client_of(person)
        own = name in {"creator", "staff"}
        keeps = own or (not own_alone and entitlements_of(person).limits.downloads)
        for policy, verdict in zip(POLICIES, EXPECTED[name], strict=True):
            base = opened(client, world.films[policy])
            assert (base is None) == (verdict == D), (name, policy)
            if base is not None:
                status = client.get(base.rstrip("/").rpartition("/")[0] + f"/{file}").status_code
                assert status == (200 if keeps and verdict == A else 403), (name, policy)


def test_covers_of_what_is_locked_are_shown_to_all(world):
    key = "0" * 16
    for item in world.films.values():
        item.cover, item.cover_origin, item.cover_widths, item.cover_height = key, "frame", [320], 180
        item.save()
        covers_folder(item.pk).mkdir(parents=True)
        (covers_folder(item.pk) / cover_name(key, 320)).write_bytes(b"RIFF")
    for person in world.people.values():
        client = client_of(person)
        for item in world.films.values():
            assert client.get(f"/covers/{item.pk}/{key}-320.webp").status_code == 200
            assert f"/covers/{item.pk}/{key}-320.webp" in client.get(item.get_absolute_url()).content.decode()


def test_grace_counts_and_a_lapse_does_not(world):
    assert entitlements_of(world.people["in grace"]).in_grace
    assert entitlements_of(world.people["lapsed"]) == Entitlements()
