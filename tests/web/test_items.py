from datetime import timedelta

import pytest
from django.utils import timezone

from apps.catalog.enums import State
from tests.catalog.making import SIGNED_IN, access
from tests.web.making import make_item, make_job

STAGE = {"HX-Request": "true", "HX-Target": "section#stage"}


def scene(page: str) -> str:
    return page.partition('data-scene="')[2].partition('"')[0]


def page_of(client, item, **extra) -> str:
    answer = client.get(item.get_absolute_url(), **extra)
    assert answer.status_code == 200
    return answer.content.decode()


def test_everyone_gets_the_player_of_a_public_item(client, owner):
    page = page_of(client, make_item(owner))
    assert scene(page) == "player"
    assert "<h1>A quiet evening</h1>" in page
    assert "1:02" in page
    assert "style=" not in page


@pytest.mark.parametrize("form", ["{slug}-{hex}", "wrong-{id}", "{id}", "{hex}", "-{id}"])
def test_any_other_address_leads_to_the_right_one(client, owner, form):
    item = make_item(owner)
    address = form.format(slug=item.slug, hex=item.pk.hex, id=item.pk)
    answer = client.get(f"/i/{address}/?t=30")
    assert answer.status_code == 301
    assert answer["Location"] == f"{item.get_absolute_url()}?t=30"


@pytest.mark.parametrize("address", ["nonsense", "a-quiet-evening", "0197a1b2-0000-7000-8000-00000000000", "x" * 300])
def test_what_names_no_item_is_not_there(client, db, address):
    assert client.get(f"/i/{address}/").status_code == 404


def test_an_item_that_is_not_published_is_not_there_for_others(client, owner, member, moderator):
    item = make_item(owner, published_at=None)
    for address in (item.get_absolute_url(), f"/i/wrong-{item.pk}/"):
        assert client.get(address).status_code == 404
    client.force_login(member)
    assert client.get(item.get_absolute_url()).status_code == 404
    for person in (owner, moderator):
        client.force_login(person)
        assert "Only you see this" in page_of(client, item)


def test_an_item_for_later_and_a_trashed_one_are_not_there(client, owner):
    later = make_item(owner, published_at=timezone.now() + timedelta(hours=1))
    trashed = make_item(owner, trashed_at=timezone.now())
    assert client.get(later.get_absolute_url()).status_code == 404
    client.force_login(owner)
    assert client.get(trashed.get_absolute_url()).status_code == 404


def test_a_locked_item_says_how_to_open_it(client, owner, member):
    item = make_item(owner, **access(**SIGNED_IN))
    page = page_of(client, item)
    assert scene(page) == "locked"
    assert f"/accounts/login/?next={item.get_absolute_url()}" in page
    assert "data-player-slot" not in page
    client.force_login(member)
    assert scene(page_of(client, item)) == "player"


def test_an_item_in_the_making_shows_how_far_it_is(client, owner):
    item = make_item(owner, state=State.PREPARING)
    make_job(item, stage="Encoding", progress_done=41, progress_total=100)
    page = page_of(client, item)
    assert scene(page) == "preparing"
    assert "Encoding, 41" in page
    assert 'value="41"' in page


def test_an_item_in_the_making_waits_for_its_turn_without_a_figure(client, owner):
    item = make_item(owner, state=State.PREPARING)
    make_job(item)
    page = page_of(client, item)
    assert "waits for its turn" in page
    assert "<progress" in page
    assert 'max="' not in page.partition("<progress")[2].partition(">")[0]


def test_the_stage_alone_is_the_same_as_on_the_page(client, owner):
    item = make_item(owner, state=State.PREPARING)
    whole = page_of(client, item)
    stage = page_of(client, item, headers=STAGE)
    assert stage.strip().startswith("<section")
    assert stage.strip() in whole


def test_only_the_owner_reads_why_an_item_failed(client, owner, member):
    item = make_item(owner, state=State.FAILED, trouble="This file has no picture and no sound.")
    client.force_login(member)
    assert "no picture" not in page_of(client, item)
    client.force_login(owner)
    assert "no picture and no sound" in page_of(client, item)


def test_a_title_is_text_and_never_markup(client, owner):
    page = page_of(client, make_item(owner, title="<script>alert(1)</script> & {{ 7|add:1 }}"))
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; {{ 7|add:1 }}" in page


def test_the_page_costs_few_queries(client, owner, django_assert_max_num_queries):
    item = make_item(owner, state=State.PREPARING)
    make_job(item)
    with django_assert_max_num_queries(3):
        page_of(client, item)
