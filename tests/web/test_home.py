from apps.catalog.enums import Policy
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
    make_item(owner, "Locked", policy=Policy.SIGNED_IN)
    make_item(owner, "Last")
    client.force_login(stranger)
    page = home(client)
    assert page.index("Last") < page.index("Locked") < page.index("First")
    assert "Hidden" not in page


def test_the_front_page_costs_the_same_with_many_items(client, owner, django_assert_num_queries):
    for number in range(12):
        make_item(owner, f"Item {number}")
    with django_assert_num_queries(1):
        home(client)
