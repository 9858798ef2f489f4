from datetime import timedelta

from django.utils import timezone

from apps.catalog.enums import State
from apps.streaming.models import PlaybackPosition
from tests.catalog.making import SIGNED_IN, access
from tests.web.making import make_item


def home(client) -> str:
    return client.get("/").content.decode()


def test_a_newcomer_is_told_how_to_begin(client, owner):
    client.force_login(owner)
    assert "manage.py add FILE" in home(client)


def test_a_member_and_a_visitor_are_not_told_of_commands(client, member):
    assert "Sign up" in home(client)
    assert "manage.py" not in home(client)
    client.force_login(member)
    assert "manage.py" not in home(client)


def test_the_newest_comes_first_and_hidden_things_do_not_come(client, owner, stranger):
    make_item(owner, "First")
    make_item(owner, "Hidden", published_at=None)
    make_item(owner, "Locked", **access(**SIGNED_IN))
    make_item(owner, "Last")
    client.force_login(stranger)
    page = home(client)
    assert page.index("Last") < page.index("Locked") < page.index("First")
    assert "Hidden" not in page


def begin(person, item, seconds=30, **more):
    place = {"position_ms": seconds * 1000, "duration_ms": 62_000, "at": timezone.now(), "device": "phone"}
    return PlaybackPosition.objects.create(person=person, item=item, **place | more)


def shelf(page: str) -> str:
    return page.partition("Go on with")[2].partition("</section>")[0]


def test_what_somebody_has_begun_can_be_gone_on_with_the_latest_first(client, owner, member, stranger):
    early, late = make_item(owner, "Early"), make_item(owner, "Late")
    begin(member, late)
    begin(member, early, at=timezone.now() - timedelta(days=1))
    client.force_login(member)
    page = shelf(home(client))
    assert page.index("Late") < page.index("Early")
    assert 'value="48"' in page
    assert "0:32 left" in page
    client.force_login(stranger)
    assert not shelf(home(client))
    client.logout()
    assert not shelf(home(client))


def test_what_is_finished_hardly_begun_or_no_longer_theirs_is_not_there(client, owner, member):
    begin(member, make_item(owner, "Finished"), finished=True)
    begin(member, make_item(owner, "Hardly"), seconds=3)
    begin(member, make_item(owner, "Taken back", published_at=None))
    begin(member, make_item(owner, "Trashed", trashed_at=timezone.now()))
    begin(member, make_item(owner, "Broken", state=State.FAILED))
    client.force_login(member)
    assert not shelf(home(client))


def test_a_length_that_nobody_knows_is_no_trouble(client, owner, member):
    begin(member, make_item(owner, "Endless", duration_ms=None), duration_ms=None)
    client.force_login(member)
    assert 'value="99"' in shelf(home(client))


def test_the_front_page_costs_the_same_with_many_items(client, owner, django_assert_num_queries):
    for number in range(12):
        make_item(owner, f"Item {number}")
    home(client)  # tiers are read once in some seconds
    with django_assert_num_queries(1):
        home(client)
