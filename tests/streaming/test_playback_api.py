import pytest
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from apps.accounts.services.tokens import create_token
from apps.catalog.enums import Kind
from apps.catalog.models import Item
from tests.catalog.making import SIGNED_IN, access
from tests.streaming.making import add_generation, make_full_stream, make_stream


def ask(client, item, **headers):
    return client.post(f"/api/v1/items/{item.pk}/playback/", headers=headers)


def test_everyone_may_play_a_public_item(client, owner):
    answer = ask(client, make_stream(owner).item)
    assert answer.status_code == 200
    told = answer.json()
    assert parse_datetime(told.pop("expires_at")) > timezone.now()
    path = told.pop("master_url").removeprefix("http://testserver")
    assert client.get(path).status_code == 200
    assert told == {
        "master": "#EXTM3U\n",
        "progressive_url": None,
        "resume_ms": 0,
        "captions": [],
        "peaks_url": None,
        "storyboard_url": None,
        "source_url": None,
        "download_url": None,
        "preview_ms": None,
    }


def test_all_that_lies_beside_a_stream_is_told_of(client, owner, member):
    generation = make_full_stream(owner)
    told = ask(client, generation.item).json()
    base = told["master_url"].removesuffix("master.m3u8")
    assert told["peaks_url"] == f"{base}peaks/overview.json"
    assert told["storyboard_url"] == f"{base}story/storyboard.vtt"
    assert told["progressive_url"] == f"{base}progressive/film.m4a"
    assert told["captions"] == [
        {
            "language": "de",
            "label": "Deutsch",
            "url": f"{base}t1/subtitles.vtt",
            "kind": "subtitles",
            "forced": False,
            "default": False,
        }
    ]
    for address in (told["peaks_url"], told["storyboard_url"], told["progressive_url"], told["captions"][0]["url"]):
        assert client.get(address.removeprefix("http://testserver")).status_code == 200


def test_captions_say_what_they_are_and_stand_in_the_order_of_the_source(client, owner):
    generation = make_full_stream(owner)
    make = generation.renditions.create
    make(name="t10", kind="text", language="fr", size_bytes=9)
    make(name="t2", kind="text", language="en", described=True, forced=True, main=True, size_bytes=9)
    make(name="t3", kind="text", language="en", size_bytes=0)
    told = ask(client, generation.item).json()["captions"]
    assert [(row["label"], row["kind"], row["forced"], row["default"]) for row in told] == [
        ("Deutsch", "subtitles", False, False),
        ("English", "captions", True, True),
        ("French", "subtitles", False, False),
    ]


def test_the_original_is_told_of_to_its_owner_and_staff_alone(client, owner, member, stranger, moderator):
    item = make_full_stream(owner).item
    assert ask(client, item).json()["source_url"] is None
    for person, may in ((owner, True), (moderator, True), (member, False), (stranger, False)):
        client.force_login(person)
        address = ask(client, item).json()["source_url"]
        assert (address is not None) is may
        if may:
            assert client.get(address.removeprefix("http://testserver")).status_code == 200
    client.force_login(owner)
    assert ask(client, make_stream(owner).item).json()["source_url"] is None


def test_addresses_name_the_generation_that_is_played(client, owner):
    generation = make_full_stream(owner)
    add_generation(generation.item, 2, "encoding")
    assert "/g1/" in ask(client, generation.item).json()["peaks_url"]


def test_asking_again_continues_the_same_playback(client, owner):
    item = make_stream(owner).item
    assert ask(client, item).json() == ask(client, item).json()


def test_a_token_needs_the_scope_to_play(client, owner, member):
    item = make_stream(owner, **access(**SIGNED_IN)).item
    _, may = create_token(owner=member, name="player", scopes=["play"])
    _, may_not = create_token(owner=member, name="reader", scopes=["read", "write"])
    assert ask(client, item, Authorization=f"Bearer {may}").status_code == 200
    assert ask(client, item, Authorization=f"Bearer {may_not}").status_code == 403
    assert ask(client, item, Authorization="Bearer bst_nonsense").status_code == 401


def test_a_locked_item_says_why(client, owner, stranger):
    item = make_stream(owner, **access(**SIGNED_IN)).item
    answer = ask(client, item)
    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "sign_in")
    client.force_login(stranger)
    assert ask(client, item).status_code == 200


@pytest.mark.parametrize("fields", [{"published_at": None}, {"trashed_at": timezone.now()}])
def test_a_hidden_item_is_not_there(client, owner, stranger, fields):
    item = make_stream(owner, **fields).item
    client.force_login(stranger)
    assert ask(client, item).status_code == 404


def test_an_item_without_a_stream_is_not_ready(client, owner):
    item = Item.objects.create(owner=owner, title="New", slug="new", kind=Kind.VIDEO, published_at=timezone.now())
    answer = ask(client, item)
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "not_ready")


def test_an_item_that_could_not_be_prepared_says_so(client, owner):
    item = Item.objects.create(
        owner=owner, title="New", slug="new", kind=Kind.VIDEO, state="failed", published_at=timezone.now()
    )
    answer = ask(client, item)
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "failed")
