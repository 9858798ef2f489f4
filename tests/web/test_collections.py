"""Pages of collections, and the studio's."""

import pytest
from django.utils import timezone

from apps.catalog.access import viewer_of
from apps.catalog.models import Collection, Item
from apps.catalog.services.collections import create_collection, set_items
from tests.catalog.making import ranked
from tests.memberships.making import make_grant, make_tier
from tests.web.making import make_item


def make(owner, title="Evenings", kind="album", **more) -> Collection:
    wanted = {"published_at": timezone.now(), **more}
    return create_collection(owner=owner, viewer=viewer_of(owner), kind=kind, title=title, **wanted)


@pytest.fixture
def gold(db):
    return make_tier("Gold", 30)


@pytest.fixture
def album(owner):
    found = make(owner)
    items = [
        make_item(owner, "Open"),
        make_item(owner, "Shut", **ranked(30)),
        make_item(owner, "Gone", published_at=None),
    ]
    set_items(collection=found, viewer=viewer_of(owner), item_ids=[item.pk for item in items])
    return found


def page_of(client, address, status=200) -> str:
    answer = client.get(address)
    assert answer.status_code == status
    return answer.content.decode().partition("<main")[2]


def test_its_page_lists_what_is_in_it_with_a_sign_at_what_is_locked(client, album, gold, member):
    page = page_of(client, album.get_absolute_url())
    assert page.index(">Open<") < page.index(">Shut<")
    assert ">Gone<" not in page
    assert page.count("access-narrow") == 1
    client.force_login(member)
    make_grant(member, gold)
    assert "access-narrow" not in page_of(client, album.get_absolute_url())


def test_a_locked_one_says_in_full_words_what_opens_it(client, owner, gold):
    locked = make(owner, policy={"kind": "rank", "rank": 30})
    assert "<strong>Gold opens this.</strong>" in page_of(client, locked.get_absolute_url())
    assert '<span class="access-words">Gold</span>' in page_of(client, "/browse/collections/")


def test_an_item_leads_to_its_home_where_that_may_be_seen(client, owner, album):
    item = Item.objects.get(title="Open")
    assert album.get_absolute_url() in page_of(client, item.get_absolute_url())
    Collection.objects.update(published_at=None)
    assert album.get_absolute_url() not in page_of(client, item.get_absolute_url())


def test_a_series_leads_to_its_seasons_and_back(client, owner):
    series = make(owner, "Harbour", "series")
    season = make(owner, "First year", "season", parent=series)
    assert season.get_absolute_url() in page_of(client, series.get_absolute_url())
    assert series.get_absolute_url() in page_of(client, season.get_absolute_url())


def test_hidden_ones_are_not_there_and_an_old_address_leads_on(client, owner, member, album):
    hidden = make(owner, published_at=None)
    client.force_login(member)
    for address in (hidden.get_absolute_url(), "/c/nothing/", f"/c/x-{hidden.pk}/"):
        assert client.get(address).status_code == 404
    assert client.get(f"/c/old-{album.pk}/")["Location"] == album.get_absolute_url()
    assert "Evenings" in page_of(client, "/browse/collections/")


def test_pages_cost_a_few_queries_whatever_they_show(client, owner, album, django_assert_max_num_queries):
    for number in range(30):
        make(owner, f"Album {number}")
    with django_assert_max_num_queries(3):
        page = page_of(client, "/browse/collections/")
    assert "Older ones" in page
    with django_assert_max_num_queries(5):
        page_of(client, album.get_absolute_url())


def test_a_creator_makes_fills_sorts_and_throws_away(client, owner, gold):
    client.force_login(owner)
    words = {"kind": "album", "title": "Mornings", "summary": "Early ones.", "published": "on"}
    answer = client.post("/studio/collections/new/", {**words, "policy-kind": "rank", "policy-rank": "30"})
    made = Collection.objects.get()
    assert answer["Location"] == f"/studio/collections/{made.pk}/"
    assert (made.access.kind, made.published_at is not None) == ("rank", True)
    first, second = make_item(owner, "First light"), make_item(owner, "Second light")
    address = f"/studio/collections/{made.pk}/"
    assert "First light" in page_of(client, f"{address}?q=light")
    for item in (first, second):
        client.post(f"{address}items/", {"add": item.pk})
    client.post(f"{address}items/", {"up": second.pk})
    assert list(made.items.order_by("home_number").values_list("title", flat=True)) == ["Second light", "First light"]
    client.post(f"{address}items/", {"remove": first.pk})
    assert made.items.get() == second
    answer = client.post(address, {**words, "title": " ", "policy-kind": "inherit"})
    assert answer.status_code == 422
    client.post(address, {**words, "title": "Noons", "policy-kind": "inherit"})
    made.refresh_from_db()
    assert (made.title, made.access.kind) == ("Noons", "public")
    client.post(f"{address}trash/")
    assert "Noons" in page_of(client, "/studio/collections/?state=trash")
    client.post(f"{address}restore/")
    made.refresh_from_db()
    assert made.trashed_at is None


def test_others_find_none_of_it_in_the_studio(client, album, member, owner):
    client.force_login(member)
    assert client.get("/studio/collections/").status_code == 403
    assert client.post("/studio/collections/new/", {"title": "x"}).status_code == 403
    for path in ("", "items/", "trash/", "restore/"):
        assert client.post(f"/studio/collections/{album.pk}/{path}").status_code in {403, 404}
    assert album.items.count() == 3
