"""Below the picture: cover, tags, chapters, and what the owner is asked about a copy."""

import pytest
from django.utils import timezone

from apps.catalog.enums import CoverOrigin, State
from tests.catalog.making import SIGNED_IN, access
from tests.web.making import make_item

ABOUT = {"HX-Request": "true", "HX-Target": "div#about"}
KEY = "0123456789abcdef"
COVER = {"cover": KEY, "cover_origin": CoverOrigin.FRAME, "cover_widths": [320, 640], "cover_height": 360}


def page_of(client, item, **extra) -> str:
    answer = client.get(item.get_absolute_url(), **extra)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize("fields", [{}, {"state": State.PREPARING}, SIGNED_IN])
def test_the_cover_stands_where_the_picture_will_be(client, owner, fields):
    item = make_item(owner, **COVER, **(access(**fields) if fields is SIGNED_IN else fields))
    page = page_of(client, item).partition("<main")[2]
    assert f'src="/covers/{item.pk}/{KEY}-640.webp"' in page
    assert f"/covers/{item.pk}/{KEY}-320.webp 320w" in page
    assert "cover-art" not in page
    assert "style=" not in page


def test_without_a_cover_there_is_one_of_ours(client, owner):
    page = page_of(client, make_item(owner))
    assert "cover-art" in page
    assert "/covers/" not in page
    assert "og:image" not in page


def test_the_front_page_shows_covers_at_the_same_cost(client, owner, django_assert_num_queries):
    items = [make_item(owner, f"Item {number}", **COVER) for number in range(5)]
    client.get("/")  # tiers are read once in some seconds
    with django_assert_num_queries(1):
        page = client.get("/").content.decode()
    assert all(f"/covers/{item.pk}/" in page for item in items)


def test_only_what_everyone_may_play_is_shown_to_other_sites(client, owner):
    shared, locked = make_item(owner, **COVER), make_item(owner, **access(**SIGNED_IN), **COVER)
    hidden = make_item(owner, published_at=None, **COVER)
    client.force_login(owner)
    page = page_of(client, shared)
    assert f'content="http://testserver/covers/{shared.pk}/{KEY}-640.webp"' in page
    assert f'content="http://testserver{shared.get_absolute_url()}"' in page
    assert "og:image" not in page_of(client, locked)
    assert "og:image" not in page_of(client, hidden)


def test_tags_and_chapters_are_text_with_links_to_their_moments(client, owner):
    chapters = [{"start_ms": 0, "title": "<b>One</b>"}, {"start_ms": 61_500, "title": "Two"}]
    item = make_item(owner, tags={"artist": "Mila & Sven", "date": "1987", "track": "3"}, chapters=chapters)
    page = page_of(client, item)
    assert "<span>Mila &amp; Sven</span><span>1987</span>" in page
    assert "&lt;b&gt;One&lt;/b&gt;" in page
    assert 'href="?t=0"' in page
    assert 'href="?t=61.5"' in page
    assert "1:02" in page


def test_this_part_is_the_same_alone_and_stops_asking_once_all_is_known(client, owner):
    item = make_item(owner, state=State.PREPARING)
    whole = page_of(client, item)
    part = page_of(client, item, headers=ABOUT)
    assert part.strip().startswith("<div")
    assert part.strip() in whole
    assert f'data-follow="{item.topic}"' in part
    settled = make_item(owner, described_at=timezone.now())
    assert "data-follow" not in page_of(client, settled, headers=ABOUT)


@pytest.fixture
def copy(owner):
    return make_item(owner, "New one", duplicate_of=make_item(owner, "Old one"), described_at=timezone.now())


def test_the_owner_alone_is_asked_about_a_copy(client, copy, owner, member, stranger, moderator):
    for person in (None, member, stranger, moderator):
        if person:
            client.force_login(person)
        page = page_of(client, copy)
        assert "already have" not in page
        assert "Old one" not in page
    client.force_login(owner)
    page = page_of(client, copy)
    assert f'You already have this: <a href="{copy.duplicate_of.get_absolute_url()}">Old one</a>' in page
    assert "Keep both" in page
    assert "Put this one in the trash" in page


def test_the_owner_keeps_both(client, copy, owner):
    client.force_login(owner)
    answer = client.post(f"/i/{copy.pk}/keep/", follow=True)
    assert answer.redirect_chain == [(copy.get_absolute_url(), 302)]
    assert "already have" not in answer.content.decode()
    copy.refresh_from_db()
    assert (copy.duplicate_of, copy.trashed_at) == (None, None)


def test_the_owner_throws_the_copy_away_and_comes_to_the_one_before(client, copy, owner):
    client.force_login(owner)
    known = copy.duplicate_of
    answer = client.post(f"/i/{copy.pk}/trash/", follow=True)
    assert answer.redirect_chain == [(known.get_absolute_url(), 302)]
    assert "in the trash" in answer.content.decode()
    copy.refresh_from_db()
    known.refresh_from_db()
    assert copy.trashed_at
    assert known.trashed_at is None


@pytest.mark.parametrize("verb", ["keep", "trash"])
def test_nobody_else_decides_about_a_copy(client, copy, stranger, verb):
    address = f"/i/{copy.pk}/{verb}/"
    assert client.get(address).status_code == 302
    answer = client.post(address)
    assert (answer.status_code, answer["Location"].startswith("/accounts/login/")) == (302, True)
    client.force_login(stranger)
    assert client.post(address).status_code in {403, 404}
    copy.refresh_from_db()
    assert copy.duplicate_of
    assert copy.trashed_at is None


def test_what_is_no_copy_is_not_thrown_away_this_way(client, owner):
    item = make_item(owner)
    client.force_login(owner)
    assert client.post(f"/i/{item.pk}/trash/").status_code == 404
    assert client.get(f"/i/{item.pk}/trash/").status_code == 405
