"""Who may fetch an item's picture, and at which address."""

import http.client

import pytest
from django.utils import timezone

from apps.catalog.covers import cover_name, covers_folder
from apps.catalog.enums import CoverOrigin, Kind
from apps.catalog.models import Item
from tests.catalog.making import SIGNED_IN, access
from tests.serving import serving

KEY = "0123456789abcdef"
CONTENT = b"RIFF" + bytes(range(200))


def make_item(owner, **fields) -> Item:
    cover = {"cover": KEY, "cover_origin": CoverOrigin.FRAME, "cover_widths": [320, 640], "cover_height": 360}
    wanted = {"kind": Kind.VIDEO, "slug": "film", "state": "ready", "published_at": timezone.now(), **cover, **fields}
    item = Item.objects.create(owner=owner, title="Film", **wanted)
    covers_folder(item.pk).mkdir(parents=True)
    for width in item.cover_widths:
        (covers_folder(item.pk) / cover_name(KEY, width)).write_bytes(CONTENT)
    return item


def body(answer) -> bytes:
    return b"".join(answer) if answer.streaming else answer.content


def address(item: Item, width: int = 320, key: str = KEY) -> str:
    return f"/covers/{item.pk}/{key}-{width}.webp"


def test_everyone_gets_the_picture_of_what_is_published(client, owner):
    item = make_item(owner)
    assert item.picture.url == address(item, 640)
    answer = client.get(item.picture.url)
    assert (answer.status_code, body(answer), answer["Content-Type"]) == (200, CONTENT, "image/webp")
    assert answer["Cache-Control"] == "private, max-age=31536000, immutable"
    assert client.get(item.picture.url, headers={"If-None-Match": answer["ETag"]}).status_code == 304
    answer = client.head(address(item), headers={"Range": "bytes=0-3"})
    assert (answer.status_code, body(answer)) == (200, b"")
    assert client.post(address(item)).status_code == 405


def test_what_is_locked_shows_its_picture(client, owner):
    assert client.get(address(make_item(owner, **access(**SIGNED_IN)))).status_code == 200


@pytest.mark.parametrize("fields", [{"published_at": None}, {"trashed_at": timezone.now()}])
def test_what_is_hidden_hides_its_picture(client, owner, stranger, moderator, fields):
    item = make_item(owner, **fields)
    assert client.get(address(item)).status_code == 404
    client.force_login(stranger)
    answer = client.get(address(item))
    assert (answer.status_code, answer["Cache-Control"]) == (404, "no-store")
    for person in (owner, moderator):
        client.force_login(person)
        assert client.get(address(item)).status_code == (404 if item.trashed_at else 200)


def test_other_keys_widths_and_items_are_not_there(client, owner):
    item, bare = make_item(owner), make_item(owner, cover="", cover_origin="", cover_widths=[])
    (covers_folder(item.pk) / cover_name("f" * 16, 320)).write_bytes(CONTENT)
    (covers_folder(item.pk) / cover_name(KEY, 1280)).write_bytes(CONTENT)
    for wrong in (
        address(item, key="f" * 16),
        address(item, 1280),
        address(bare),
        address(item).replace(str(item.pk), "0" * 8 + str(item.pk)[8:]),
    ):
        assert client.get(wrong).status_code == 404
    (covers_folder(item.pk) / cover_name(KEY, 640)).unlink()
    assert client.get(address(item, 640)).status_code == 404


@pytest.mark.parametrize(
    "name",
    [
        f"{KEY}-0320.webp", f"{KEY}-320.webp/", f"{KEY}-320.webp%0A", f"{KEY}-320.webp%00", f"{KEY}-320.png",
        f"{KEY.upper()}-320.webp", f"{KEY}-٣٢٠.webp", f"../{KEY}-320.webp", f"./{KEY}-320.webp", f"{KEY[:-1]}-320.webp",
        f"/{KEY}-320.webp", "",
    ],
)  # fmt: skip
def test_other_shapes_of_path_are_not_there(client, owner, name):
    assert client.get(f"/covers/{make_item(owner).pk}/{name}").status_code == 404


@pytest.mark.django_db(transaction=True)
def test_the_real_server_refuses_respelled_paths(owner):
    item = make_item(owner)
    with serving() as site:
        line = http.client.HTTPConnection("127.0.0.1", site.port, timeout=20)

        def ask(path: str) -> tuple[int, bytes]:
            line.request("GET", path)
            answer = line.getresponse()
            return answer.status, answer.read()

        assert ask(address(item)) == (200, CONTENT)
        for wrong in (
            address(item).replace("webp", "%77ebp"),
            address(item).replace("-320", "%2D320"),
            address(item).replace("/covers/", "/covers%2F"),
            address(item).replace("/covers/", "//covers/"),
            address(item).replace("/covers/", "/covers/../covers/"),
        ):
            assert ask(wrong)[0] == 404, wrong


def test_a_program_is_told_of_the_picture(client, owner):
    item, bare = make_item(owner), make_item(owner, cover="", cover_origin="", cover_widths=[])
    assert client.get(f"/api/v1/items/{bare.pk}/").json()["cover"] is None
    assert client.get(f"/api/v1/items/{item.pk}/").json()["cover"] == {
        "url": address(item, 640),
        "width": 640,
        "height": 360,
        "origin": "frame",
        "srcset": [{"url": address(item, 320), "width": 320}, {"url": address(item, 640), "width": 640}],
    }
