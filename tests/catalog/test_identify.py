"""Same owner, same bytes: stored once, and the owner is asked; nobody else learns of it."""

import hashlib
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import IntegrityError, connection
from django.utils import timezone

from apps.accounts.services.tokens import create_token
from apps.catalog.access import viewer_of
from apps.catalog.enums import Kind
from apps.catalog.models import Item
from apps.catalog.services.identify import settle_bytes, start_identifying
from apps.catalog.services.trash import trash_item
from apps.core.models import Event
from apps.jobs.models import Job
from apps.media.enums import AssetState
from apps.media.models import Asset
from tests.jobs.running import run_jobs
from tests.media.making import make_asset

SONG, OTHER = b"the same song" * 1000, b"another song" * 1000
DIGEST = hashlib.sha256(SONG).hexdigest()


def make_item(owner, content: bytes = SONG, title: str = "Song", **fields) -> Item:
    wanted = {"kind": Kind.TRACK, "slug": "song", "state": "ready", "published_at": timezone.now(), **fields}
    return Item.objects.create(owner=owner, title=title, asset=make_asset(owner, content), **wanted)


def identify(*items: Item) -> None:
    for item in items:
        start_identifying(asset=item.asset)
    run_jobs()
    for item in items:
        item.refresh_from_db()


def test_a_file_gets_its_digest(owner):
    item = make_item(owner)
    identify(item)
    assert item.asset.sha256 == DIGEST
    assert item.duplicate_of is None
    assert Job.objects.get().result == {"sha256": DIGEST, "asset": str(item.asset_id), "known": False}


def test_the_same_bytes_of_the_same_owner_are_kept_once(owner):
    first, second, third = make_item(owner, title="Old"), make_item(owner, title="New"), make_item(owner, OTHER)
    replaced = second.asset
    identify(first, second, third)
    assert second.asset_id == first.asset_id
    assert second.duplicate_of == first
    assert (first.duplicate_of, third.duplicate_of) == (None, None)
    replaced.refresh_from_db()
    assert (replaced.state, replaced.sha256) == (AssetState.REMOVED, None)
    assert replaced.file.exists()
    assert list(Event.objects.filter(topic=second.topic).values_list("type", "ref")) == [
        ("item.changed", str(second.pk))
    ]


def test_the_older_file_stays_also_when_it_is_hashed_last(owner):
    first, second = make_item(owner), make_item(owner)
    identify(second)
    identify(first)
    second.refresh_from_db()
    assert second.asset_id == first.asset_id
    assert (first.duplicate_of, second.duplicate_of) == (None, first)
    assert first.asset.sha256 == DIGEST


def test_another_owner_with_the_same_bytes_is_another_matter(owner, stranger):
    mine, theirs = make_item(owner), make_item(stranger)
    identify(mine, theirs)
    assert mine.asset_id != theirs.asset_id
    assert theirs.duplicate_of is None
    assert theirs.asset.state == AssetState.STORED


def test_files_of_nobody_count_as_one_owners(db):
    first, second = make_item(None), make_item(None)
    identify(first, second)
    assert second.asset_id == first.asset_id


def test_closing_two_accounts_with_the_same_bytes_is_possible(owner, stranger):
    identify(make_item(owner), make_item(stranger))
    owner.delete()
    stranger.delete()
    assert Asset.objects.stored().filter(owner=None, sha256=DIGEST).count() == 2


def test_the_database_refuses_a_second_stored_file_with_the_same_bytes(owner):
    identify(make_item(owner))
    with pytest.raises(IntegrityError):
        make_asset(owner, SONG, sha256=DIGEST)


def test_a_copy_of_what_is_in_the_trash_is_no_copy(owner):
    first, second = make_item(owner, trashed_at=timezone.now()), make_item(owner)
    identify(first, second)
    assert (second.asset_id, second.duplicate_of) == (first.asset_id, None)


def test_throwing_the_older_one_away_ends_the_question(owner):
    first, second = make_item(owner), make_item(owner)
    identify(first, second)
    trash_item(item=first, viewer=viewer_of(owner))
    second.refresh_from_db()
    assert second.duplicate_of is None


def test_work_on_the_trash_goes_on_and_what_is_gone_is_left_alone(owner):
    item, gone = make_item(owner), make_item(owner, OTHER)
    start_identifying(asset=item.asset)
    start_identifying(asset=gone.asset)
    trash_item(item=item, viewer=viewer_of(owner))
    asset = gone.asset
    gone.delete()
    asset.delete()
    assert run_jobs() == 2
    assert set(Job.objects.values_list("state", flat=True)) == {"succeeded"}
    item.asset.refresh_from_db()
    assert item.asset.sha256 == DIGEST


def test_a_file_that_is_missing_fails_with_a_sentence(owner):
    item = make_item(owner)
    item.asset.file.unlink()
    identify(item)
    job = Job.objects.get()
    assert (job.state, job.error_message) == ("failed", "This file is no longer there.")
    assert item.state == "ready"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("nobody", [False, True])
def test_several_jobs_at_once_agree_on_one_file(owner, nobody):
    items = [make_item(None if nobody else owner) for _ in range(4)]
    together = Barrier(len(items))

    def settle(item: Item) -> object:
        try:
            together.wait(timeout=30)
            return settle_bytes(asset_id=item.asset_id, sha256=DIGEST, still_mine=lambda: None)
        finally:
            connection.close()

    with ThreadPoolExecutor(len(items)) as pool:
        list(pool.map(settle, items))
    oldest = items[0].asset
    assert set(Item.objects.values_list("asset_id", flat=True)) == {oldest.pk}
    assert list(Asset.objects.stored().values_list("pk", "sha256")) == [(oldest.pk, DIGEST)]
    assert Asset.objects.filter(state=AssetState.REMOVED).count() == 3
    told = {item.pk: item.duplicate_of_id for item in Item.objects.all()}
    assert told[items[0].pk] is None
    assert set(told.values()) - {None} == {items[0].pk}


@pytest.fixture
def copies(owner) -> tuple[Item, Item]:
    first, second = make_item(owner, title="Old one"), make_item(owner, title="New one")
    identify(first, second)
    return first, second


def told(client, item: Item) -> object:
    return client.get(f"/api/v1/items/{item.pk}/").json()["duplicate_of"]


def test_only_who_may_change_an_item_is_told_what_it_is_a_copy_of(client, copies, owner, member, stranger, moderator):
    first, second = copies
    for person, answer in ((None, None), (stranger, None), (member, None), (owner, first), (moderator, first)):
        client.logout()
        if person:
            client.force_login(person)
        assert told(client, second) == (str(answer.pk) if answer else None)
        listed = client.get("/api/v1/items/").json()["results"]
        assert [row["duplicate_of"] for row in listed] == [str(answer.pk) if answer else None, None]


def test_both_are_kept_when_the_owner_says_so(client, copies, owner):
    _, second = copies
    client.force_login(owner)
    answer = client.post(f"/api/v1/items/{second.pk}/keep/")
    assert (answer.status_code, answer.json()["duplicate_of"]) == (200, None)
    assert client.post(f"/api/v1/items/{second.pk}/keep/").status_code == 200
    second.refresh_from_db()
    assert second.duplicate_of is None


def test_nobody_else_answers_for_the_owner(client, copies, stranger):
    _, second = copies
    address = f"/api/v1/items/{second.pk}/keep/"
    assert client.post(address).status_code == 401
    client.force_login(stranger)
    assert client.post(address).status_code == 403
    client.logout()
    _, secret = create_token(owner=second.owner, name="reader", scopes=["read"])
    assert client.post(address, headers={"Authorization": f"Bearer {secret}"}).status_code == 403
    second.refresh_from_db()
    assert second.duplicate_of_id
