"""Collections: who may make and fill them, and that what lives in one is as open or shut as it says."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from apps.accounts.models import Activity
from apps.catalog.access import decide, viewer_of
from apps.catalog.models import AccessPolicy, Collection, Item, PlaylistEntry
from apps.catalog.services.collections import create_collection, edit_collection, move_item, set_items
from apps.catalog.services.empty_trash import empty_collections
from apps.catalog.services.policy import collect_policies
from apps.core.errors import Invalid, NotAllowed
from apps.core.realtime.models import Event
from tests.catalog.making import kind_of
from tests.memberships.making import make_tier
from tests.web.making import make_item

URL = "/api/v1/collections/"
RANK = {"kind": "rank", "rank": 20}


@pytest.fixture
def album(owner):
    return make_collection(owner)


def make_collection(owner, kind="album", title="Evenings", **more) -> Collection:
    wanted = {"published_at": timezone.now(), **more}
    return create_collection(owner=owner, viewer=viewer_of(owner), kind=kind, title=title, **wanted)


def fill(collection, owner, *items) -> None:
    set_items(collection=collection, viewer=viewer_of(owner), item_ids=[item.pk for item in items])


def send(client, method, address, body):
    return getattr(client, method)(address, body, "application/json")


def test_what_lives_in_it_follows_it_at_once_and_what_says_something_itself_does_not(owner, album):
    follows, own = make_item(owner), make_item(owner)
    client = Client()
    client.force_login(owner)
    send(client, "patch", f"/api/v1/items/{own.pk}/", {"policy": {"kind": "signed_in"}})
    fill(album, owner, follows, own)
    assert (kind_of(follows), kind_of(own)) == ("public", "signed_in")
    answer = send(client, "patch", f"{URL}{album.pk}/", {"policy": RANK})
    assert answer.json()["policy"]["kind"] == "rank"
    assert (kind_of(follows), kind_of(own)) == ("rank", "signed_in")
    told = client.get(f"/api/v1/items/{follows.pk}/").json()
    assert (told["policy_from"], told["policy"]["rank"], told["home"]) == ("collection", 20, str(album.pk))
    assert Event.objects.filter(topic=follows.topic, type="item.access").count() == 1
    assert not Event.objects.filter(topic=own.topic, type="item.access").exclude(seq=1).exists()
    send(client, "patch", f"/api/v1/items/{own.pk}/", {"policy": None})
    assert kind_of(own) == "rank"
    send(client, "patch", f"{URL}{album.pk}/", {"policy": None})
    assert (kind_of(follows), kind_of(own)) == ("public", "public")


def test_a_season_follows_its_series_and_its_episodes_follow_it(owner):
    series = make_collection(owner, "series")
    season = make_collection(owner, "season", parent=series)
    episode = make_item(owner)
    fill(season, owner, episode)
    edit_collection(collection=series, viewer=viewer_of(owner), policy=RANK)
    assert kind_of(episode) == "rank"
    edit_collection(collection=season, viewer=viewer_of(owner), policy={"kind": "public"})
    assert kind_of(episode) == "public"
    edit_collection(collection=series, viewer=viewer_of(owner), policy={"kind": "signed_in"})
    assert kind_of(episode) == "public"


def test_an_item_has_one_home_and_is_not_opened_by_leaving_it(owner, album):
    other, item = make_collection(owner, "board"), make_item(owner)
    fill(album, owner, item)
    edit_collection(collection=album, viewer=viewer_of(owner), policy=RANK)
    fill(album, owner)
    item.refresh_from_db()
    assert (item.home, kind_of(item), item.policy_from) == (None, "rank", "own")
    fill(other, owner, item)
    item.refresh_from_db()
    assert (item.home, kind_of(item)) == (other, "rank")


def test_a_collection_that_goes_for_good_opens_nothing(owner, album):
    item = make_item(owner)
    fill(album, owner, item)
    edit_collection(collection=album, viewer=viewer_of(owner), policy=RANK)
    Collection.objects.update(trashed_at=timezone.now() - timedelta(days=31))
    assert kind_of(item) == "rank"
    assert empty_collections(now=timezone.now()) == 1
    item.refresh_from_db()
    assert (item.home_id, kind_of(item), item.policy_from) == (None, "rank", "own")


def test_a_playlist_only_refers(owner, member, album):
    item, hidden = make_item(owner), make_item(owner, published_at=None)
    playlist = make_collection(owner, "playlist", policy=RANK)
    fill(playlist, owner, item, hidden)
    assert (kind_of(item), Item.objects.get(pk=item.pk).home, PlaylistEntry.objects.count()) == ("public", None, 2)
    told = Client().get(f"{URL}{playlist.pk}/").json()
    assert [one["id"] for one in told["items"]] == [str(item.pk)]
    stranger = viewer_of(member)
    with pytest.raises(NotAllowed):
        set_items(collection=playlist, viewer=stranger, item_ids=[])


def test_items_stand_in_the_order_that_was_said_and_can_be_moved(client, owner, album):
    items = [make_item(owner, f"Part {number}") for number in range(3)]
    client.force_login(owner)
    ids = [str(items[place].pk) for place in (2, 0, 1)]
    answer = send(client, "put", f"{URL}{album.pk}/items/", {"items": ids})
    assert [one["id"] for one in answer.json()["items"]] == ids
    move_item(collection=album, viewer=viewer_of(owner), item_id=items[1].pk, by=-2)
    told = client.get(f"{URL}{album.pk}/").json()["items"]
    assert [one["title"] for one in told] == ["Part 1", "Part 2", "Part 0"]


def test_only_what_is_ones_own_can_live_in_it(owner, stranger, album):
    foreign = make_item(stranger)
    with pytest.raises(Invalid):
        fill(album, owner, foreign)
    with pytest.raises(Invalid):
        set_items(collection=album, viewer=viewer_of(owner), item_ids=[make_item(owner).pk, album.pk])


def test_what_does_not_fit_is_told_by_its_field(client, owner, album):
    client.force_login(owner)
    for body, field in (
        ({"kind": "opera", "title": "x"}, "kind"),
        ({"kind": "album", "title": " "}, "title"),
        ({"kind": "album", "title": "x", "parent": str(album.pk)}, "parent"),
        ({"kind": "album", "title": "x", "policy": {"kind": "tiers", "tiers": ["nobody"]}}, "policy.tiers"),
    ):
        answer = send(client, "post", URL, body)
        assert (answer.status_code, field in answer.json()["error"]["fields"]) == (400, True), answer.json()
    too_many = [str(album.pk)] * 501
    assert send(client, "put", f"{URL}{album.pk}/items/", {"items": too_many}).status_code == 400


def test_hidden_ones_are_not_there_for_others_and_thrown_away_ones_come_back(client, owner, member, album):
    hidden = make_collection(owner, published_at=None)
    client.force_login(member)
    assert client.get(f"{URL}{hidden.pk}/").status_code == 404
    assert {one["id"] for one in client.get(URL).json()["results"]} == {str(album.pk)}
    client.force_login(owner)
    assert client.delete(f"{URL}{album.pk}/").status_code == 204
    assert client.get(f"{URL}{album.pk}/").status_code == 404
    assert [one["id"] for one in client.get(f"{URL}?trashed=true").json()["results"]] == [str(album.pk)]
    assert client.post(f"{URL}{album.pk}/restore/").status_code == 200
    assert client.get(f"{URL}?kind=book").json()["results"] == []


def test_a_list_costs_one_query_and_a_collection_three(client, owner, django_assert_num_queries, album):
    fill(album, owner, *(make_item(owner) for _ in range(5)))
    for kind in ("playlist", "board", "book"):
        make_collection(owner, kind, policy={"kind": "signed_in"})
    with django_assert_num_queries(2):  # and the tiers that something is offered by
        assert len(client.get(URL).json()["results"]) == 4
    with django_assert_num_queries(2):
        assert len(client.get(f"{URL}{album.pk}/").json()["items"]) == 5


def test_changes_of_policies_are_noted_with_who_and_what(owner, album):
    edit_collection(collection=album, viewer=viewer_of(owner), policy=RANK)
    line = Activity.objects.get(action="collection.policy")
    assert (line.actor_id, line.details["before"]["kind"], line.details["after"]["rank"]) == (owner.pk, "public", 20)


def test_policies_that_nothing_names_are_collected_after_a_day(owner, album):
    later = timezone.now() + timedelta(days=2)
    edit_collection(collection=album, viewer=viewer_of(owner), policy=RANK)
    edit_collection(collection=album, viewer=viewer_of(owner), policy={"kind": "signed_in"})
    assert collect_policies(now=timezone.now()) == 0
    before = set(AccessPolicy.objects.values_list("kind", flat=True))
    assert "rank" in before
    collect_policies(now=later)
    assert set(AccessPolicy.objects.values_list("kind", flat=True)) == {"public", "signed_in"}


def test_a_tier_may_be_named_by_its_slug(client, owner, album):
    tier = make_tier("Gold", 30)
    client.force_login(owner)
    answer = send(client, "patch", f"{URL}{album.pk}/", {"policy": {"kind": "tiers", "tiers": ["gold", str(tier.pk)]}})
    assert answer.json()["policy"]["tiers"] == [str(tier.pk)]
    assert decide(viewer_of(owner), Collection.objects.get(pk=album.pk).subject, timezone.now()).own
