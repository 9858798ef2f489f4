"""A cover that a program chooses: who may, what becomes one, and the way back."""

import pytest
from django.utils import timezone

from apps.catalog.enums import CoverOrigin, Kind
from apps.catalog.models import Item
from apps.catalog.work import DESCRIBE
from apps.jobs.models import Job
from tests.png import png

PNG = png()


@pytest.fixture
def item(owner, settings, tmp_path) -> Item:
    settings.MEDIA_ROOT = tmp_path / "media"
    return Item.objects.create(
        owner=owner, title="Film", slug="film", kind=Kind.VIDEO, state="ready", published_at=timezone.now()
    )


def address(item: Item) -> str:
    return f"/api/v1/items/{item.pk}/cover/"


def test_its_owner_puts_a_picture_and_takes_it_away(client, item, owner, settings, django_capture_on_commit_callbacks):
    client.force_login(owner)
    told = client.put(address(item), PNG, content_type="image/png")
    assert told.status_code == 200
    cover = told.json()["cover"]
    assert (cover["origin"], cover["width"], cover["height"]) == ("uploaded", 64, 36)
    picture = client.get(cover["url"])
    assert (picture.status_code, picture["Content-Type"]) == (200, "image/webp")
    with django_capture_on_commit_callbacks(execute=True):
        assert client.delete(address(item)).status_code == 204
    assert client.get(f"/api/v1/items/{item.pk}/").json()["cover"] is None
    assert client.get(cover["url"]).status_code == 404
    assert [path for path in settings.MEDIA_ROOT.rglob("*") if path.is_file()] == []


def test_what_was_found_in_the_file_is_not_taken_away(client, item, owner):
    Item.objects.update(cover="0123456789abcdef", cover_origin=CoverOrigin.FRAME, cover_widths=[320], cover_height=180)
    client.force_login(owner)
    assert client.delete(address(item)).status_code == 204
    assert client.get(f"/api/v1/items/{item.pk}/").json()["cover"]["origin"] == "frame"
    assert not Job.objects.filter(kind=DESCRIBE).exists()


def test_nobody_else_changes_it(client, item, stranger):
    for person, status in ((None, 401), (stranger, 403)):
        if person:
            client.force_login(person)
        assert client.put(address(item), PNG, content_type="image/png").status_code == status
        assert client.delete(address(item)).status_code == status
    Item.objects.update(published_at=None)
    assert client.put(address(item), PNG, content_type="image/png").status_code == 404
    assert not Item.objects.exclude(cover="").exists()


@pytest.mark.parametrize(
    ("body", "kind", "status", "code"),
    [
        (b"", "image/png", 400, "cover"),
        (b"no picture", "image/png", 400, "cover"),
        (PNG[:60], "image/png", 400, "cover"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "image/webp", 400, "cover"),
        (PNG, "image/svg+xml", 415, "unsupported_media_type"),
        (PNG, "application/json", 415, "unsupported_media_type"),
        (PNG + bytes(10 << 20), "image/png", 413, "too_large"),
    ],
)
def test_what_is_no_picture_is_refused_with_a_sentence(client, item, owner, body, kind, status, code):
    client.force_login(owner)
    answer = client.put(address(item), body, content_type=kind)
    error = answer.json()["error"]
    assert (answer.status_code, error["code"]) == (status, code)
    assert error["message"].endswith(".")
    assert client.get(f"/api/v1/items/{item.pk}/").json()["cover"] is None
