import pytest
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from apps.accounts.services.tokens import create_token
from apps.catalog.enums import Kind, Policy
from apps.catalog.models import Item
from tests.streaming.making import make_stream


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
        "progressive_url": None,
        "resume_ms": 0,
        "captions": [],
        "peaks_url": None,
        "storyboard_url": None,
    }


def test_asking_again_continues_the_same_playback(client, owner):
    item = make_stream(owner).item
    assert ask(client, item).json() == ask(client, item).json()


def test_a_token_needs_the_scope_to_play(client, owner, member):
    item = make_stream(owner, policy=Policy.SIGNED_IN).item
    _, may = create_token(owner=member, name="player", scopes=["play"])
    _, may_not = create_token(owner=member, name="reader", scopes=["read", "write"])
    assert ask(client, item, Authorization=f"Bearer {may}").status_code == 200
    assert ask(client, item, Authorization=f"Bearer {may_not}").status_code == 403
    assert ask(client, item, Authorization="Bearer bst_nonsense").status_code == 401


def test_a_locked_item_says_why(client, owner, stranger):
    item = make_stream(owner, policy=Policy.SIGNED_IN).item
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
