"""Who must not get what, for every kind of file that lies behind the gate."""

import http.client
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.utils import timezone

from apps.catalog.access import viewer_of
from apps.catalog.services.edit import edit_item
from apps.catalog.services.trash import trash_item
from apps.core.signing import sign
from apps.media.services.remove import remove_asset
from apps.streaming import enums, gate
from apps.streaming.models import PlaybackSession
from apps.streaming.services.sessions import end_session
from tests.catalog.making import SIGNED_IN
from tests.serving import serving
from tests.streaming.making import BESIDE, FILES, SEGMENT, add_beside, add_generation, make_full_stream
from tests.streaming.test_gate import body, open_stream

TYPES = {
    "vtt": "text/vtt; charset=utf-8",
    "m3u8": "application/vnd.apple.mpegurl",
    "json": "application/json",
    "dat": "application/octet-stream",
    "png": "image/png",
    "jpg": "image/jpeg",
    "m4a": "audio/mp4",
    "m4s": "video/iso.segment",
    "mp4": "video/mp4",
}
SOURCE = "../source"
FAMILIES = (
    "master.m3u8",
    "v360/playlist.m3u8",
    "v360/seg_00001.m4s",
    "t1/subtitles.vtt",
    "t1/playlist.m3u8",
    "peaks/overview.json",
    "peaks/detail.dat",
    "story/storyboard.vtt",
    "story/sheet_001.jpg",
    "progressive/film.m4a",
    SOURCE,
)
FORMS = ({}, {"Range": "bytes=0-0"}, {"Range": "bytes=-5"}, {"Range": "bytes=0-1,4-5"})


@pytest.fixture(autouse=True)
def _forgetful_gate(settings):
    settings.STREAMING = {"gate_cache_s": 0}
    gate.forget_all()


@pytest.fixture
def item(owner):
    return make_full_stream(owner).item


def address(base: str, family: str) -> str:
    """`base` is the folder of a generation; the original lies beside it."""
    return base.rstrip("/").rpartition("/")[0] + "/source" if family == SOURCE else base + family


def statuses(client, path: str) -> set[int]:
    """What a path answers in each form in which it can be asked for."""
    found = {client.get(path, headers=form).status_code for form in FORMS}
    return found | {client.head(path).status_code, client.head(path, headers={"Range": "bytes=0-0"}).status_code}


@pytest.fixture
def own(client, owner, item) -> str:
    """The address of somebody who may have all of it."""
    client.force_login(owner)
    return open_stream(client, item)


def test_a_visitor_gets_all_that_lies_beside_a_public_stream(client, item):
    base = open_stream(client, item)
    for name, content in {**FILES, **BESIDE}.items():
        answer = client.get(base + name)
        assert (answer.status_code, body(answer)) == (200, content), name
        assert answer["Content-Type"] == TYPES[name.rpartition(".")[2]]
        assert answer["Cache-Control"].startswith("private, ")
        assert answer["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    "name", ["t1/subtitles.vtt", "peaks/detail.dat", "story/sheet_001.jpg", "progressive/film.m4a"]
)
def test_ranges_and_conditions_hold_for_what_lies_beside(client, item, name):
    path, content = open_stream(client, item) + name, BESIDE[name]
    answer = client.get(path, headers={"Range": "bytes=1-2"})
    assert (answer.status_code, body(answer)) == (206, content[1:3])
    assert client.get(path, headers={"Range": "bytes=1-2", "If-Range": answer["ETag"]}).status_code == 206
    assert client.get(path, headers={"Range": "bytes=1-2", "If-Range": '"other"'}).status_code == 200
    assert client.get(path, headers={"If-None-Match": answer["ETag"]}).status_code == 304
    assert client.get(path, headers={"Range": "bytes=9999999-"}).status_code == 416
    answer = client.head(path)
    assert (answer["Content-Length"], body(answer)) == (str(len(content)), b"")


def test_its_owner_and_staff_get_the_original_under_its_name(client, owner, moderator, item):
    for person in (owner, moderator):
        client.force_login(person)
        answer = client.get(address(open_stream(client, item), SOURCE), headers={"Range": "bytes=3-6"})
        assert (answer.status_code, body(answer)) == (206, SEGMENT[3:7])
        assert answer["Content-Type"] == "video/mp4"
        assert answer["X-Content-Type-Options"] == "nosniff"
        disposition = answer["Content-Disposition"]
        assert disposition == "attachment; filename*=utf-8''Mein%20%22Film%22%20%E2%80%93%201.mp4"


def test_nobody_else_gets_the_original(client, member, stranger, item):
    assert statuses(client, address(open_stream(client, item), SOURCE)) == {403}
    for person in (member, stranger):
        client.force_login(person)
        assert statuses(client, address(open_stream(client, item), SOURCE)) == {403}


def test_an_original_is_never_taken_for_a_page(client, own, item):
    for odd in ("text/html", "image/svg+xml", "audio/x\r\nSet-Cookie: a=b", ""):
        item.asset.content_type = odd
        item.asset.save()
        assert client.get(address(own, SOURCE))["Content-Type"] == "application/octet-stream"


def test_an_original_that_was_removed_is_not_there(client, own, item, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        remove_asset(asset=item.asset)
    assert statuses(client, address(own, SOURCE)) == {404}


@pytest.mark.parametrize("family", FAMILIES)
def test_a_token_opens_nothing_of_another_item(client, owner, item, own, family):
    other = make_full_stream(owner).item
    path = address(own.replace(str(item.pk), str(other.pk)), family)
    for form in (path, f"{path}?item={item.pk}", f"{path}?item_id={item.pk}&path=/hls/x/{item.pk}/g1/"):
        assert statuses(client, form) == {403}


@pytest.mark.parametrize("family", FAMILIES)
def test_tokens_that_are_tampered_with_expired_or_for_something_else_open_nothing(client, item, own, family):
    token = own.split("/")[2]
    key_id, _, rest = token.partition(".")
    named = {"s": PlaybackSession.objects.get().pk.hex, "i": item.pk.hex}
    for bad in (
        token[:-1] + ("A" if token[-1] != "A" else "B"),
        token[:10] + ("x" if token[10] != "x" else "y") + token[11:],
        f"{key_id}0.{rest}",
        f"nokey.{rest}",
        token.swapcase(),
        sign("streaming.hls", named, timezone.now() - timedelta(seconds=1)),
        sign("downloads", named, timezone.now() + timedelta(hours=1)),
    ):
        assert statuses(client, address(own.replace(token, bad), family)) == {403}


@pytest.mark.parametrize("family", FAMILIES)
def test_an_ended_session_gets_nothing(client, own, family):
    assert statuses(client, address(own, family)) <= {200, 206}
    end_session(session_id=PlaybackSession.objects.get().pk)
    assert statuses(client, address(own, family)) == {403}


@pytest.mark.parametrize("family", FAMILIES)
def test_who_signed_out_gets_nothing(client, own, family):
    client.logout()
    assert statuses(client, address(own, family)) == {403}
    assert statuses(Client(), address(own, family)) == {403}


@pytest.mark.parametrize("family", FAMILIES)
def test_nothing_of_a_locked_item_is_served_and_nothing_of_one_in_the_trash_is_there(client, owner, item, family):
    base = open_stream(client, item)
    edit_item(item=item, viewer=viewer_of(owner), policy=SIGNED_IN)
    assert statuses(client, address(base, family)) == {403}
    trash_item(item=item, viewer=viewer_of(owner))
    assert statuses(client, address(base, family)) == {404}


@pytest.mark.parametrize("family", [family for family in FAMILIES if family != SOURCE])
def test_other_generations_are_not_there(client, item, own, family):
    for number, state in enumerate((enums.State.ENCODING, enums.State.FAILED, enums.State.COLLECTED), 2):
        add_beside(add_generation(item, number, state))
        assert statuses(client, own.replace("/g1/", f"/g{number}/") + family) == {404}
    for spelling in ("g01", "g0", "g-1", "G1", "g1.0", "g9999999", "g"):
        assert statuses(client, own.replace("/g1/", f"/{spelling}/") + family) == {404}


@pytest.mark.parametrize("family", FAMILIES)
def test_nothing_but_reading_is_allowed(client, own, family):
    for ask in (client.post, client.put, client.patch, client.delete):
        assert ask(address(own, family)).status_code == 405


@pytest.mark.parametrize(
    "name",
    [
        "peaks/../master.m3u8", "peaks//overview.json", "peaks/", "peaks", "peaks/other.json", "peaks/overview.json/",
        "Peaks/overview.json", "peaks/overview.JSON", "peaks/.overview.json.part", "peaks/overview.json%00",
        "peaks/overview.json%0A", "peaks/..%2Fmaster.m3u8", "peaks/%2e%2e/master.m3u8",
        "story/sheet_1.jpg", "story/sheet_0001.jpg", "story/sheet_٠٠١.jpg", "story/sheet_001.JPG", "story/sheet_999.jpg",
        "story/../peaks/overview.json", "story//storyboard.vtt", "story/storyboard.vtt%00.jpg",
        "t0/subtitles.vtt", "t100/subtitles.vtt", "v360/subtitles.vtt", "t1/../t1/subtitles.vtt", "t1/subtitles.vtt.",
        "t2/subtitles.vtt", "progressive/../peaks/overview.json", "progressive/film.mp3", "progressive/.m4a",
        "progressive/Film.m4a", "progressive/other.m4a", "progressive/a/film.m4a", "progressive/film.m4a%20",
        "source", "source.mp4", "../source/", "../source/x", "../Source", "../source%00", "../source%2F", "../sourcE",
    ],
)  # fmt: skip
def test_other_spellings_are_not_there(client, own, name):
    path = address_of(own, name) if name.startswith("../") else own + name
    assert statuses(client, path) == {404}


def address_of(own: str, name: str) -> str:
    return own.rstrip("/").rpartition("/")[0] + name.removeprefix("..")


@pytest.mark.django_db(transaction=True)
def test_the_real_server_refuses_every_respelling_of_every_family(owner):
    item = make_full_stream(owner).item
    with serving() as site:
        line = http.client.HTTPConnection("127.0.0.1", site.port, timeout=20)
        cookies = site.cookies_of(owner)

        def ask(path: str, method: str = "GET", **headers: str) -> int:
            line.request(method, path, headers={**cookies, **headers})
            answer = line.getresponse()
            location = answer.headers["Location"]
            content = answer.read()
            assert not (method == "HEAD" and content)
            return location if answer.status == 302 else answer.status

        base = urlsplit(ask(f"/hls/{item.pk}/master.m3u8")).path.removesuffix("master.m3u8")
        for family in FAMILIES:
            path = address(base, family)
            assert ask(path) == 200, path
            assert ask(path, Range="bytes=0-0") == 206
            assert ask(path, Range="bytes=-1") == 206
            assert ask(path, "HEAD") == 200
            for bad in respellings(path, str(item.pk)):
                for method, headers in (("GET", {}), ("HEAD", {}), ("GET", {"Range": "bytes=0-0"})):
                    assert ask(bad, method, **headers) == 404, (method, bad)


def respellings(path: str, identity: str) -> list[str]:
    """The same path for whoever decodes or tidies it up, and another one for whoever compares it as it came."""
    folder, _, last = path.rpartition("/")
    escaped = f"%{ord(identity[0]):x}{identity[1:]}"
    return [
        path.replace(identity, escaped),
        path.replace(identity, escaped.replace("%", "%25")),
        path.replace(identity, identity.upper()) if identity.upper() != identity else path.upper(),
        f"{folder}/%{ord(last[0]):x}{last[1:]}",
        f"{folder}/%25{ord(last[0]):x}{last[1:]}",
        f"{folder}%2F{last}",
        f"{folder}%252F{last}",
        f"{folder}//{last}",
        f"/{path}",
        f"{folder}/./{last}",
        f"{folder}/x/../{last}",
        f"{folder}/x/..%2F{last}",
        f"{folder}/x/%2e%2e/{last}",
        f"{folder}/..%5C{last}",
        f"{path}%00",
        f"{path}%2500",
        f"{path}%0A",
        f"{path}/",
        f"{path}%20",
        f"{path};a=b",
        f"{folder}/{last.upper()}",
    ]
