import pytest
from django.utils import timezone

from apps.accounts.services.tokens import create_token
from apps.catalog.enums import Kind, Origin
from apps.catalog.models import Item
from apps.catalog.topics import may_follow_item
from apps.media.models import Asset
from tests.catalog.making import SIGNED_IN, access
from tests.counting import analyze, rows_read


def make(owner, title="Song", **fields) -> Item:
    wanted = {"kind": Kind.TRACK, "slug": "song", "published_at": timezone.now(), **fields}
    return Item.objects.create(owner=owner, title=title, **wanted)


def titles(answer) -> list[str]:
    assert answer.status_code == 200
    return [row["title"] for row in answer.json()["results"]]


def test_filters_are_repeatable_and_unknown_values_find_nothing(client, owner):
    make(owner, "a", kind=Kind.TRACK)
    make(owner, "b", kind=Kind.CLIP, origin=Origin.NARRATED)
    make(owner, "c", kind=Kind.VIDEO)
    assert titles(client.get("/api/v1/items/?kind=track&kind=clip")) == ["b", "a"]
    assert titles(client.get("/api/v1/items/?kind=track&kind=clip&origin=narrated")) == ["b"]
    assert titles(client.get("/api/v1/items/?kind=opera")) == []


def test_pages_are_stable_and_cost_one_query(client, owner, django_assert_num_queries):
    for number in range(5):
        make(owner, str(number))
    with django_assert_num_queries(1):
        first = client.get("/api/v1/items/?page_size=2")
    make(owner, "new")
    assert titles(first) == ["4", "3"]
    assert titles(client.get(first.json()["next"])) == ["2", "1"]


def test_an_item_tells_what_it_is(client, owner):
    item = make(owner, duration_ms=1500, **access(**SIGNED_IN), trouble="secret", state="failed")
    told = client.get(f"/api/v1/items/{item.pk}/").json()
    assert told["url"] == f"/i/song-{item.pk}/"
    assert (told["duration_ms"], told["access"], told["owner"], told["trouble"]) == (1500, "deny", "olive", "")
    client.force_login(owner)
    assert client.get(f"/api/v1/items/{item.pk}/").json()["trouble"] == "secret"


def test_its_owner_changes_and_trashes_an_item(client, owner):
    item = make(owner)
    client.force_login(owner)
    address = f"/api/v1/items/{item.pk}/"
    answer = client.patch(address, {"title": "  Neü song ", "policy": {"kind": "signed_in"}}, "application/json")
    assert (answer.json()["title"], answer.json()["slug"], answer.json()["policy"]["kind"]) == (
        "Neü song",
        "neu-song",
        "signed_in",
    )
    assert client.patch(address, {"title": " "}, "application/json").status_code == 400
    assert client.patch(address, {"policy": {"kind": "nobody"}}, "application/json").status_code == 400
    assert client.delete(address).status_code == 204
    assert client.get(address).status_code == 404
    item.refresh_from_db()
    assert item.trashed_at


def test_others_may_neither_change_nor_trash_it(client, owner, stranger):
    item = make(owner)
    address = f"/api/v1/items/{item.pk}/"
    assert client.patch(address, {"title": "mine"}, "application/json").status_code == 401
    assert client.delete(address).status_code == 401
    client.force_login(stranger)
    assert client.patch(address, {"title": "mine"}, "application/json").status_code == 403
    assert client.delete(address).status_code == 403
    _, secret = create_token(owner=owner, name="reader", scopes=["read"])
    client.logout()
    headers = {"Authorization": f"Bearer {secret}"}
    assert client.delete(address, headers=headers).status_code == 403
    item.refresh_from_db()
    assert (item.title, item.trashed_at) == ("Song", None)


def test_a_moderator_may(client, owner, moderator):
    item = make(owner)
    client.force_login(moderator)
    assert client.delete(f"/api/v1/items/{item.pk}/").status_code == 204


@pytest.mark.parametrize("fields", [{"published_at": None}, {"trashed_at": timezone.now()}])
def test_hidden_items_are_neither_listed_nor_followed_by_others(client, owner, stranger, fields):
    item = make(owner, **fields)
    client.force_login(stranger)
    assert titles(client.get("/api/v1/items/")) == []
    assert client.get(f"/api/v1/items/{item.pk}/").status_code == 404
    assert not may_follow_item(stranger, str(item.pk))


def test_what_is_locked_may_be_followed_by_everyone(owner, stranger):
    item = make(owner, **access(**SIGNED_IN))
    assert may_follow_item(stranger, str(item.pk))
    with pytest.raises(ValueError):
        may_follow_item(stranger, "nonsense")


@pytest.mark.parametrize("nonsense", ["x", "-" * 36, "a" * 36, "%00"])
def test_what_is_no_id_names_nothing(client, nonsense):
    answer = client.get(f"/api/v1/items/{nonsense}/")
    assert answer.status_code in {400, 404}
    assert set(answer.json()) == {"error"}


@pytest.mark.parametrize("query", ["kind=opera", "kind=clip", "origin=imported", "kind=clip&kind=movie&origin=scanned"])
@pytest.mark.parametrize("viewer", [None, "stranger", "moderator"])
def test_few_are_not_searched_among_all(client, owner, query, viewer, request):
    Item.objects.bulk_create(
        Item(owner=owner, title="t", slug="t", kind=Kind.TRACK, published_at=timezone.now()) for _ in range(3000)
    )
    analyze("catalog_item")
    if viewer:
        client.force_login(request.getfixturevalue(viewer))
    before = rows_read("catalog_item")
    assert titles(client.get(f"/api/v1/items/?{query}")) == []
    assert rows_read("catalog_item") - before < 100


def chapters(*marks: tuple[object, object]) -> dict:
    return {"chapters": [{"start_ms": start, "title": title} for start, title in marks]}


def test_its_owner_writes_chapters(client, owner):
    item = make(owner, duration_ms=60_000)
    client.force_login(owner)
    address = f"/api/v1/items/{item.pk}/"
    answer = client.patch(address, chapters((0, " In\tthe beginning "), (30_000, "Then")), "application/json")
    assert answer.json()["chapters"] == [
        {"start_ms": 0, "title": "In the beginning"},
        {"start_ms": 30_000, "title": "Then"},
    ]
    assert client.patch(address, {"title": "Other"}, "application/json").json()["chapters"][1]["title"] == "Then"
    assert client.patch(address, {"chapters": []}, "application/json").json()["chapters"] == []


@pytest.mark.parametrize(
    "wrong",
    [
        chapters((10, "b"), (10, "a")),
        chapters((20, "b"), (10, "a")),
        chapters((60_000, "too late")),
        chapters((-1, "too early")),
        chapters((0, "")),
        chapters((0, "\u202e \x01")),
        chapters((0, "x" * 201)),
        chapters(("soon", "x")),
        chapters(*((number, "x") for number in range(501))),
        {"chapters": [{"title": "x"}]},
        {"chapters": ["x"]},
        {"chapters": "x"},
        {"chapters": None},
    ],
)
def test_chapters_that_make_no_sense_are_refused(client, owner, wrong):
    item = make(owner, duration_ms=60_000, chapters=[{"start_ms": 5, "title": "kept"}])
    client.force_login(owner)
    answer = client.patch(f"/api/v1/items/{item.pk}/", wrong, "application/json")
    assert answer.status_code == 400
    assert {name.partition(".")[0] for name in answer.json()["error"]["fields"]} == {"chapters"}
    item.refresh_from_db()
    assert item.chapters == [{"start_ms": 5, "title": "kept"}]


def test_others_do_not_write_chapters(client, owner, stranger):
    item = make(owner)
    client.force_login(stranger)
    answer = client.patch(f"/api/v1/items/{item.pk}/", chapters((0, "Mine")), "application/json")
    assert answer.status_code == 403
    item.refresh_from_db()
    assert item.chapters == []


def test_a_list_tells_tags_and_covers_but_no_chapters(client, owner, django_assert_num_queries):
    cover = {"cover": "0" * 16, "cover_origin": "frame", "cover_widths": [320], "cover_height": 180}
    for number in range(4):
        make(owner, str(number), tags={"artist": "Mila"}, chapters=[{"start_ms": 0, "title": "x"}], **cover)
    with django_assert_num_queries(1):
        rows = client.get("/api/v1/items/").json()["results"]
    assert [(row["tags"], row["cover"]["width"]) for row in rows] == [({"artist": "Mila"}, 320)] * 4
    assert "chapters" not in rows[0]


def test_the_file_is_described_to_whoever_may_change_the_item(client, owner, member, moderator):
    audio = [
        {"index": 1, "codec": "aac", "channels": 2, "sample_rate": 48_000, "language": tongue}
        for tongue in ("eng", "por-BR", "eng", "und")
    ]
    probe = {"container": "mov", "duration_ms": 1500, "start_us": 0, "size_bytes": 9, "video": None, "audio": audio}
    asset = Asset.objects.create(
        owner=owner, name="song.m4a", path="a/song.m4a", content_type="audio/mp4", size_bytes=9, probe=probe
    )
    item = make(owner, asset=asset)
    address = f"/api/v1/items/{item.pk}/"
    assert client.get(address).json()["file"] is None
    client.force_login(member)
    assert client.get(address).json()["file"] is None
    for person in (owner, moderator):
        client.force_login(person)
        told = client.get(address).json()["file"]
        assert (told["name"], told["size_bytes"], told["width"], told["audio_codec"]) == ("song.m4a", 9, None, "aac")
        assert told["languages"] == ["en", "pt-BR"]


def test_a_file_that_nobody_has_looked_at_yet_has_a_size_and_no_more(client, owner):
    asset = Asset.objects.create(owner=owner, name="a.mp4", path="a/a", content_type="video/mp4", size_bytes=7)
    item = make(owner, asset=asset)
    client.force_login(owner)
    told = client.get(f"/api/v1/items/{item.pk}/").json()["file"]
    assert (told["size_bytes"], told["video_codec"], told["languages"]) == (7, None, [])


def test_what_was_thrown_away_is_listed_for_its_owner_and_taken_back(client, owner, stranger):
    item = make(owner, "gone")
    client.force_login(owner)
    assert client.delete(f"/api/v1/items/{item.pk}/").status_code == 204
    assert titles(client.get("/api/v1/items/")) == []
    assert titles(client.get("/api/v1/items/?trashed=true")) == ["gone"]
    client.force_login(stranger)
    assert titles(client.get("/api/v1/items/?trashed=true")) == []
    assert client.post(f"/api/v1/items/{item.pk}/restore/").status_code == 404
    client.logout()
    assert titles(client.get("/api/v1/items/?trashed=true")) == []
    client.force_login(owner)
    assert client.post(f"/api/v1/items/{item.pk}/restore/").json()["title"] == "gone"
    assert titles(client.get("/api/v1/items/")) == ["gone"]


def test_its_owner_decides_from_when_on_others_see_it(client, owner, stranger):
    item = make(owner)
    address = f"/api/v1/items/{item.pk}/"
    client.force_login(owner)
    for instant in (None, "2999-01-01T00:00:00Z"):
        changed = client.patch(address, {"published_at": instant}, content_type="application/json")
        assert (changed.status_code, changed.json()["published_at"]) == (200, instant)
        client.force_login(stranger)
        assert client.get(address).status_code == 404
        client.force_login(owner)
    client.patch(address, {"title": "Same"}, content_type="application/json")
    assert client.get(address).json()["published_at"] == "2999-01-01T00:00:00Z"
    client.patch(address, {"published_at": "2020-01-01T00:00:00Z"}, content_type="application/json")
    client.force_login(stranger)
    assert client.get(address).status_code == 200
