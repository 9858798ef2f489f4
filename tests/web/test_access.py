"""What pages say of what is locked, and how somebody finds out why."""

from datetime import timedelta

import pytest
from django.utils import timezone

from apps.catalog.models import Item
from tests.catalog.making import SIGNED_IN, access, ranked, step
from tests.memberships.making import make_grant, make_tier
from tests.streaming.making import make_ladder
from tests.web.making import make_item

STAGE = {"HX-Request": "true", "HX-Target": "section#stage"}
DAY = timedelta(days=1)


@pytest.fixture
def gold(db):
    return make_tier("Gold", 30, price_cents=950, currency="EUR", join_url="https://example.org/join")


def page_of(client, thing, status=200, **more) -> str:
    answer = client.get(thing if isinstance(thing, str) else thing.get_absolute_url(), **more)
    assert answer.status_code == status
    return answer.content.decode().partition("<main")[2] or answer.content.decode()


# The item's page


def test_a_locked_item_names_the_cheapest_tier_its_price_and_where_to_get_it(client, owner, member, gold):
    make_tier("Platinum", 40, price_cents=2000, currency="EUR")
    item = make_item(owner, **ranked(30))
    page = page_of(client, item)
    for words in ("Gold opens this", "€9.50 a month", 'href="https://example.org/join"', "Sign in"):
        assert words in page
    assert "Platinum" not in page
    client.force_login(member)
    page = page_of(client, item)
    assert "Join Gold" in page
    assert "Sign in" not in page
    assert 'data-follow="me/entitlements"' in page


def test_early_access_says_for_whom_and_from_when(client, owner, gold):
    now = timezone.now()
    steps = [step(now - DAY, rank=30), step(now + DAY, rank=0)]
    page = page_of(client, make_item(owner, **access(kind="public", early_access=steps)))
    assert "Gold now" in page
    assert "everyone from" in page


def test_what_time_alone_opens_says_when(client, owner):
    steps = [step(timezone.now() - DAY, rank=30), step(timezone.now() + DAY, rank=0)]
    page = page_of(client, make_item(owner, **access(kind="public", early_access=steps)))
    assert "Opens on" in page


def test_a_preview_plays_and_says_that_it_is_one(client, owner, gold):
    item = make_ladder(owner, **ranked(30, preview_s=12)).item
    page = page_of(client, item)
    assert 'data-scene="preview"' in page
    assert "data-player-slot" in page
    assert "A preview: the first 12 seconds." in page
    assert "Gold opens this" in page
    assert '"preview": true' in page


def test_a_stage_that_is_still_right_is_left_alone(client, owner, member, gold):
    item = make_ladder(owner, **ranked(30, preview_s=12)).item
    client.force_login(member)
    address = f"{item.get_absolute_url()}?scene=preview"
    assert client.get(address, headers=STAGE).status_code == 204
    make_grant(member, gold)
    answer = client.get(address, headers=STAGE)
    assert 'data-scene="player"' in answer.content.decode()


def test_a_locked_page_follows_nothing_of_what_goes_on_in_it(client, owner, member):
    item = make_item(owner, state="growing", **ranked(99))
    client.force_login(member)
    assert item.topic not in page_of(client, item)


def test_the_page_costs_as_much_as_before(client, owner, gold, django_assert_max_num_queries):
    item = make_item(owner, **ranked(30))
    with django_assert_max_num_queries(4):
        page_of(client, item)


# Cards


def test_cards_say_what_opens_them_in_words_and_cost_no_query_more(client, owner, gold, django_assert_max_num_queries):
    make_item(owner, "One", **ranked(30))
    make_item(owner, "Two", **access(**SIGNED_IN))
    make_item(owner, "Three")
    with django_assert_max_num_queries(3):
        page = page_of(client, "/browse/")
    assert page.count('<span class="access-words">Gold</span>') == 1
    assert page.count("Sign in to play") == 1
    assert page.count("data-access=") == 3


def test_badges_are_told_anew_for_whom_something_changed(client, owner, member, gold, django_assert_max_num_queries):
    locked, hidden = make_item(owner, **ranked(30)), make_item(owner, published_at=None)
    client.force_login(member)
    address = f"/access/badges/?item={locked.pk}&item={hidden.pk}&item=nonsense"
    assert "Gold" in client.get(address).content.decode()
    make_grant(member, gold)
    with django_assert_max_num_queries(5):
        told = client.get(address).content.decode()
    assert told == f'<span class="access" data-access="{locked.pk}"></span>'


# The studio


def form(item, **more):
    return {"title": item.title, "published": "on", "downloads": "on", **more}


def address(item: Item) -> str:
    return f"/studio/items/{item.pk}/"


def test_its_owner_says_who_may_play_it_in_the_studio(client, owner, gold):
    item, at = make_item(owner), timezone.now() + DAY
    client.force_login(owner)
    sent = {
        "policy-kind": "rank", "policy-rank": "30", "policy-preview_s": "20",
        "policy-step_0_who": f"tiers:{gold.pk}", "policy-step_0_from": "2026-12-01T10:00:00",
        "policy-step_1_who": "rank:0", "policy-step_1_from": at.strftime("%Y-%m-%dT%H:%M:%S"),
        "policy-step_2_who": "", "policy-step_2_from": "",
    }  # fmt: skip
    assert client.post(address(item), form(item, **sent)).status_code == 302
    item.refresh_from_db()
    spec = item.policy.spec
    assert (spec["kind"], spec["rank"], spec["preview_s"], len(spec["early_access"])) == ("rank", 30, 20, 2)
    page = page_of(client, address(item))
    assert 'value="2026-12-01T10:00:00"' in page
    assert page.count('name="policy-step_') == 8
    assert client.post(address(item), form(item, **{"policy-kind": "inherit"})).status_code == 302
    item.refresh_from_db()
    assert item.policy is None


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({"policy-kind": "rank"}, "Choose a tier."),
        ({"policy-kind": "tiers"}, "Choose at least one tier."),
        ({"policy-kind": "public", "policy-preview_s": "9999"}, "3600"),
        ({"policy-kind": "public", "policy-step_0_who": "rank:0", "policy-step_0_from": ""}, "Say from when on."),
    ],
)
def test_what_is_missing_is_told_at_its_field_and_nothing_is_saved(client, owner, gold, sent, words):
    item = make_item(owner)
    client.force_login(owner)
    answer = client.post(address(item), form(item, **sent, title="Another"))
    assert answer.status_code == 422
    assert words in answer.content.decode()
    item.refresh_from_db()
    assert (item.policy, item.title) == (None, "A quiet evening")


def test_early_access_without_an_end_is_pointed_out(client, owner, gold):
    item = make_item(owner, **access(kind="public", early_access=[step(timezone.now() + DAY, rank=30)]))
    client.force_login(owner)
    assert "There is no instant yet from which on it is open for everyone" in page_of(client, address(item))


def test_staff_find_out_why_somebody_can_play_it(client, owner, moderator, member, gold):
    item = make_item(owner, **ranked(30))
    make_grant(member, gold)
    client.force_login(moderator)
    page = page_of(client, f"/studio/items/{item.pk}/access/?person=mila@example.org")
    assert "May play it" in page
    assert "They have Gold: rank 30." in page
    page = page_of(client, f"/studio/items/{item.pk}/access/")
    assert "Nobody is signed in" in page
    assert "What opens it for them: Gold, €9.50 a month." in page
    assert "nobody called" in page_of(client, f"/studio/items/{item.pk}/access/?person=<b>")
    answer = client.get(f"/api/v1/items/{item.pk}/access/?person=mila").json()
    assert (answer["verdict"], answer["why"][0]) == ("allow", "They have Gold: rank 30.")


def test_nobody_else_asks_for_others(client, owner, member, gold):
    item = make_item(owner, **ranked(30))
    for person in (owner, member):
        client.force_login(person)
        assert client.get(f"/studio/items/{item.pk}/access/?person=mila").status_code == 403
        assert client.get(f"/api/v1/items/{item.pk}/access/?person=mila").status_code == 403
        assert client.get(f"/api/v1/items/{item.pk}/access/").status_code == 200


def test_the_api_explains_a_refusal_with_tier_and_openings(client, owner, gold):
    steps = [step(timezone.now() - DAY, rank=30), step(timezone.now() + DAY, rank=0)]
    item = make_item(owner, **access(kind="public", early_access=steps))
    told = client.get(f"/api/v1/items/{item.pk}/access/").json()
    assert (told["verdict"], told["reason"], told["tier"]["slug"]) == ("deny", "membership", "gold")
    assert [one["who"] for one in told["openings"]] == ["Gold", "everyone"]
    assert told["opens_at"] == told["openings"][1]["from"]


# Originals


def test_whoever_may_keep_it_finds_a_button_that_leads_to_the_file(client, owner, member):
    item = make_ladder(owner).item
    client.force_login(member)
    assert "/download/" not in page_of(client, item)
    assert client.get(f"/i/{item.pk}/download/").status_code == 403
    make_grant(member, make_tier("Keeper", 5, downloads=True))
    assert f"/i/{item.pk}/download/" in page_of(client, item)
    answer = client.get(f"/i/{item.pk}/download/")
    assert answer.status_code == 302
    assert client.get(answer["Location"])["Content-Disposition"].startswith("attachment")
    assert client.get(f"/i/{make_item(owner, published_at=None).pk}/download/").status_code == 404
