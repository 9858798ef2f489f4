"""Who sees what encodes here, and who does not."""

import pytest
from django.test import Client
from django.utils import timezone

from apps.accounts.enums import Role
from apps.streaming.models import EncoderTest, Rendition
from tests.conftest import make_person
from tests.streaming.making import make_stream

pytestmark = pytest.mark.django_db
ADMIN = "/admin/streaming/encodertest/"


def as_(person) -> Client:
    client = Client()
    client.force_login(person)
    return client


@pytest.fixture
def card():
    return EncoderTest.objects.create(
        host="h", encoder="h264_nvenc", reason="There is no card.", fingerprint="f", tested_at=timezone.now()
    )


@pytest.fixture
def renditions(owner):
    generation = make_stream(owner)
    Rendition.objects.create(generation=generation, name="v360", kind="video", encoder_note="No card.")
    return f"/api/v1/items/{generation.item_id}/renditions/"


def test_whoever_operates_the_site_sees_what_works_and_what_was_made_by_what(moderator, card, renditions):
    client = as_(moderator)
    (row,) = client.get("/api/v1/encoders/").json()["results"]
    assert (row["encoder"], row["works"], row["reason"]) == ("h264_nvenc", False, "There is no card.")
    (row,) = client.get(renditions).json()["results"]
    assert (row["name"], row["encoder_note"], row["generation"]) == ("v360", "No card.", 1)
    assert "There is no card." in as_(make_person("boss", Role.OWNER, is_superuser=True)).get(ADMIN).text


def test_whoever_operates_the_site_may_have_it_tested_again(moderator, card):
    assert as_(moderator).post(f"/api/v1/encoders/{card.pk}/test/").status_code == 202
    card.refresh_from_db()
    assert card.fingerprint == ""
    EncoderTest.objects.update(fingerprint="f")
    answer = as_(make_person("boss", Role.OWNER, is_superuser=True)).post(
        ADMIN, {"action": "test_again", "_selected_action": [card.pk]}, follow=True
    )
    assert "tests these again" in answer.text
    card.refresh_from_db()
    assert card.fingerprint == ""


def test_nobody_else_does(owner, member, card, renditions):
    for person in (owner, member):
        client = as_(person)
        for path in ("/api/v1/encoders/", renditions):
            assert client.get(path).status_code == 403
        assert client.post(f"/api/v1/encoders/{card.pk}/test/").status_code == 403
        assert client.get(ADMIN).status_code in {302, 403}
    for path in ("/api/v1/encoders/", renditions):
        assert Client().get(path).status_code in {401, 403}
    card.refresh_from_db()
    assert card.fingerprint == "f"
