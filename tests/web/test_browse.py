from datetime import timedelta

import pytest
from django.utils import timezone

from apps.catalog.enums import Kind, Origin, State
from apps.catalog.models import Item
from apps.core.models import new_id
from apps.web.catalogue import PAGE
from apps.web.drawn import drawn_cover, monogram
from tests.catalog.making import SIGNED_IN, access
from tests.counting import analyze, rows_read
from tests.web.making import make_item

MORE = {"HX-Request": "true", "HX-Target": "p#more"}


def browse(client, query="", **extra) -> str:
    answer = client.get(f"/browse/{query}", **extra)
    assert answer.status_code == 200
    return answer.content.decode()


def titles(page: str) -> list[str]:
    return [part.partition(">")[2].partition("</a>")[0] for part in page.split("item-card-title")[1:]]


def next_address(page: str) -> str:
    return page.partition('id="more"')[2].partition('href="')[2].partition('"')[0].replace("&amp;", "&")


def test_everything_is_walked_through_once_in_either_order(client, owner):
    made = [make_item(owner, f"Item {number}").title for number in range(PAGE * 2 + 3)]
    for query, wanted in (("", made[::-1]), ("?sort=oldest", made)):
        seen, page = [], browse(client, query)
        while True:
            seen += [title.partition('">')[2] or title for title in titles(page)]
            if not (query := next_address(page)):
                break
            make_item(owner, "Came in between")
            page = browse(client, query, headers=MORE)
            assert "<html" not in page
        assert [title for title in seen if title != "Came in between"] == wanted
        Item.objects.filter(title="Came in between").delete()


def test_kinds_and_origins_are_chosen_together_and_the_next_page_keeps_them(client, owner):
    for number in range(PAGE + 1):
        make_item(owner, f"Track {number}", kind=Kind.TRACK)
    make_item(owner, "A film")
    make_item(owner, "A told story", kind=Kind.CLIP, origin=Origin.NARRATED)
    page = browse(client, "?kind=track&kind=clip&origin=uploaded")
    assert "A film" not in page
    assert "A told story" not in page
    following = next_address(page)
    assert following.startswith("?kind=track&kind=clip&origin=uploaded&after=")
    assert "Track 0<" in browse(client, following)


@pytest.mark.parametrize("query", ["?kind=opera", "?origin=stolen", "?kind=" + "x" * 5000, "?kind=%F0%9F%8E%BA"])
def test_a_filter_that_nobody_knows_fits_nothing(client, owner, query):
    make_item(owner)
    assert "Nothing of this kind" in browse(client, query)


@pytest.mark.parametrize("place", ["", "1", "nonsense", "0197a1b2-0000-7000-8000-00000000000", "x" * 5000])
def test_a_place_that_is_none_is_the_beginning(client, owner, place):
    make_item(owner, "Here")
    assert "Here" in browse(client, f"?after={place}&sort=sideways")


def test_hidden_things_are_not_there_and_locked_ones_say_so(client, owner, member, stranger):
    make_item(owner, "Hidden", published_at=None)
    make_item(owner, "Trashed", trashed_at=timezone.now())
    make_item(owner, "Tomorrow", published_at=timezone.now() + timedelta(days=1))
    make_item(owner, "In the making", state=State.PREPARING)
    make_item(owner, "Locked", **access(**SIGNED_IN))
    make_item(owner, "Hidden track", kind=Kind.TRACK, published_at=None)
    page = browse(client)
    assert "Sign in to play" in page
    assert "Tracks" not in page
    for person in (None, member, stranger):
        if person:
            client.force_login(person)
        page = browse(client)
        assert "Locked" in page
        assert not {"Hidden", "Trashed", "Tomorrow", "In the making"} & set(page.replace("<", ">").split(">"))
    client.force_login(owner)
    page = browse(client)
    assert "In the making" in page
    assert "Hidden" in page
    assert "Trashed" not in page


def test_an_empty_catalogue_says_so(client, db):
    assert "The stand is empty" in browse(client)


def test_titles_are_text(client, owner):
    make_item(owner, "<b>Bold</b>")
    assert "<b>Bold" not in browse(client)


@pytest.fixture
def many(owner):
    """A hundred thousand items: one in fifty a track, one in a thousand a clip and hidden."""
    now = timezone.now()
    rows = [
        Item(
            id=new_id(),
            owner=owner,
            title=f"Item {number}",
            slug="item",
            kind=Kind.CLIP if number % 1000 == 7 else Kind.TRACK if number % 50 == 3 else Kind.VIDEO,
            state=State.READY,
            published_at=None if number % 1000 == 7 else now,
            duration_ms=60_000,
        )
        for number in range(100_000)
    ]
    Item.objects.bulk_create(rows, batch_size=5000)
    analyze("catalog_item")
    return rows


def test_a_page_of_a_hundred_thousand_costs_four_queries_and_a_page_of_rows(
    client, many, member, moderator, django_assert_max_num_queries
):
    """Rows are counted rather than time: an index serves the order, for visitors, members and the team."""
    middle = many[50_000].pk
    browse(client)  # tiers and settings are read once in some seconds
    for person in (None, member, moderator):
        if person:
            client.force_login(person)
        for query in (
            "",
            "?sort=oldest",
            f"?after={middle}",
            "?kind=track",
            f"?kind=track&after={middle}",
            "?kind=clip",
        ):
            before = rows_read("catalog_item")
            with django_assert_max_num_queries(6 if person else 4):  # with the session and the person
                browse(client, query)
            assert rows_read("catalog_item") - before < 800, (person, query)
    with django_assert_max_num_queries(6):
        client.get("/")


def test_drawn_covers_last_and_differ(owner):
    items = [make_item(owner, "The harbour") for _ in range(40)]
    first = [drawn_cover(item.pk, item.title) for item in items]
    assert first == [drawn_cover(str(item.pk), item.title) for item in items]
    assert len({(one.tone, one.pattern) for one in first}) > 10
    assert all(1 <= one.tone <= 6 and 1 <= one.pattern <= 6 for one in first)


@pytest.mark.parametrize(
    ("title", "letter"),
    [
        ("The harbour at four", "H"),
        ("the", "T"),
        ("Ålesund", "Å"),
        ("  «quoted» words", "Q"),
        ("99 balloons", "9"),
        ("ßalt", "S"),
        ("…!", ""),
        ("", ""),
        ("夜", "夜"),
        ("<script>", "S"),
    ],
)
def test_a_cover_has_the_letter_that_a_shelf_sorts_by(title, letter):
    assert monogram(title) == letter


def test_a_drawn_cover_has_no_style_of_its_own(client, owner):
    item = make_item(owner, "Night bus")
    page = browse(client)
    drawn = drawn_cover(item.pk, item.title)
    assert f"#pattern-{drawn.pattern}" in page
    assert f"cover-{drawn.tone}" in page
    assert "style=" not in page
