"""The studio: what its owner sees and does there, and who gets nowhere."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.utils import timezone

from apps.accounts.enums import Role
from apps.catalog.enums import State
from apps.catalog.models import Item
from apps.catalog.models.policy import site_access
from apps.core.models import new_id
from apps.jobs.enums import State as JobState
from apps.jobs.models import Job
from apps.media.models import Asset
from apps.streaming import enums
from apps.streaming.models import ChunkOutput, Generation
from apps.streaming.services.ingest import ingest_file
from tests import clips
from tests.counting import analyze, rows_read
from tests.jobs.running import run_jobs
from tests.png import png
from tests.web.making import make_item, make_job

pytestmark = pytest.mark.django_db

ACTIONS = ("retry", "encode", "renew", "cancel", "trash", "restore", "cover", "cover/reset")
LIVE = {"HX-Request": "true", "HX-Target": "section#works"}


@pytest.fixture(autouse=True)
def _quick(settings):
    settings.STREAMING = {"preset": "ultrafast", "chunk_s": 12, "one_chunk_below_s": 0}


@pytest.fixture
def film(owner) -> Item:
    made, _ = ingest_file(path=clips.clip("short"), title="Short", owner=owner)
    run_jobs()
    return Item.objects.get(pk=made.pk)


@pytest.fixture
def long_film(owner) -> Item:
    """Two pieces."""
    made, _ = ingest_file(path=clips.clip("cut25"), title="Long", owner=owner)
    run_jobs()
    return Item.objects.get(pk=made.pk)


def url(item, action="") -> str:
    return f"/studio/items/{item.pk}/{action + '/' if action else ''}"


def generations(item) -> dict[int, str]:
    return dict(Generation.objects.filter(item=item).values_list("number", "state"))


# Who must not


def test_a_visitor_is_sent_to_the_sign_in(client, owner):
    item = make_item(owner)
    for path in ("/studio/", url(item)):
        assert client.get(path).headers["Location"].startswith("/accounts/login/")
    for action in ACTIONS:
        assert client.post(url(item, action)).headers["Location"].startswith("/accounts/login/")


@pytest.mark.parametrize("role", [Role.MEMBER, Role.CREATOR])
def test_to_everyone_else_the_item_is_not_there(client, owner, stranger, role):
    item = make_item(owner)
    stranger.role = role
    stranger.save()
    client.force_login(stranger)
    assert client.get(url(item)).status_code == 404
    assert client.get(url(item), headers=LIVE).status_code == 404
    assert client.post(url(item), {"title": "Mine"}).status_code == 404
    for action in ACTIONS:
        assert client.post(url(item, action)).status_code == 404
    item.refresh_from_db()
    assert item.title == "A quiet evening"
    assert item.trashed_at is None


def test_an_owner_whose_role_was_taken_gets_nowhere(client, member):
    item = make_item(member)
    client.force_login(member)
    assert client.get("/studio/").status_code == 403
    assert client.get(url(item)).status_code == 404
    for action in ACTIONS:
        assert client.post(url(item, action)).status_code == 404


def test_nothing_is_done_by_looking(client, owner):
    item = make_item(owner)
    client.force_login(owner)
    for action in ACTIONS:
        assert client.get(url(item, action)).status_code == 405


# The list


def test_a_creator_sees_their_own_and_staff_see_all(client, owner, moderator, stranger):
    make_item(owner, "Harbour at four")
    make_item(stranger, "Night bus")
    client.force_login(owner)
    page = client.get("/studio/").content.decode()
    assert "Harbour at four" in page
    assert "Night bus" not in page
    client.force_login(moderator)
    page = client.get("/studio/").content.decode()
    assert "Harbour at four" in page
    assert "Night bus" in page


def titles(client, query: str) -> set[str]:
    page = client.get(f"/studio/{query}").context["page"]
    return {row.item.title for row in page.rows}


def test_items_are_found_by_words_of_their_title_and_by_state(client, owner):
    make_item(owner, "Harbour at four")
    make_item(owner, "Ålesund, in the rain", state=State.FAILED)
    make_item(owner, "Harbour, unfinished", state=State.GROWING)
    make_item(owner, "Draft", published_at=None)
    make_item(owner, "Old news", trashed_at=timezone.now())
    client.force_login(owner)
    assert titles(client, "?q=harb") == {"Harbour at four", "Harbour, unfinished"}
    assert titles(client, "?q=four HARBOUR") == {"Harbour at four"}
    assert titles(client, "?q=ålesund") == {"Ålesund, in the rain"}
    assert titles(client, "?q=harbour&state=making") == {"Harbour, unfinished"}
    assert titles(client, "?state=failed") == {"Ålesund, in the rain"}
    assert titles(client, "?state=hidden") == {"Draft"}
    assert titles(client, "?state=trash") == {"Old news"}
    assert titles(client, "?state=nonsense") == set()
    assert titles(client, "?q=%26%7C!%3A*") == set()


def test_pages_follow_each_other_without_gaps(client, owner):
    for number in range(65):
        make_item(owner, f"Take {number}")
    client.force_login(owner)
    seen, address = [], "/studio/?q=take"
    while address:
        context = client.get(address).context
        seen += [row.item.title for row in context["page"].rows]
        address = context["next_url"]
    assert seen == [f"Take {number}" for number in reversed(range(65))]
    assert titles(client, "?before=nonsense") == set(seen[:30])


def test_the_list_costs_the_same_with_a_hundred_thousand_items(client, owner, moderator, django_assert_max_num_queries):
    items = 100_000
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO catalog_item (id, created_at, updated_at, owner_id, kind, origin, title, slug, tags, chapters,"
            " cover, cover_origin, cover_widths, state, trouble_code, trouble, demo, access_id, downloads, home_number, published_at)"
            " SELECT ('0190' || lpad(to_hex(n), 8, '0') || '00007000800000000000')::uuid, now(), now(), %s, 'video',"
            " 'uploaded', 'Take ' || n, 'take', '{}', '[]', '', '', '[]', CASE WHEN n %% 5000 = 0 THEN 'failed' ELSE"
            " 'ready' END, '', '', false, %s, true, 0, now() FROM generate_series(1, %s) n",
            [owner.pk, site_access(), items],
        )
    analyze("catalog_item")
    for person in (owner, moderator):
        client.force_login(person)
        for query in ("", "?q=take", "?q=77777", "?state=failed", "?state=making", "?state=hidden", "?state=trash"):
            before = rows_read("catalog_item")
            with django_assert_max_num_queries(8):
                assert client.get(f"/studio/{query}").status_code == 200
            assert rows_read("catalog_item") - before < 5000, query


def test_an_item_in_the_making_shows_how_far_it_is(client, owner, django_assert_max_num_queries):
    for number in range(10):
        item = make_item(owner, f"Oven {number}", state=State.PREPARING)
        make_job(item, progress_done=41, progress_total=100)
    client.force_login(owner)
    client.get("/")  # tiers are read once in some seconds
    with django_assert_max_num_queries(6):
        page = client.get("/studio/").content.decode()
    assert page.count('value="41"') == 10
    assert "data-follow" in page


# One item


def test_the_page_tells_everything_about_a_film(client, film, owner, django_assert_max_num_queries):
    client.force_login(owner)
    with django_assert_max_num_queries(24):
        page = client.get(url(film)).content.decode()
    for words in ("LUFS", "frames/s", "kHz", "v", "libx264", "Generation 1", "Published", "Pieces", "kbit/s"):
        assert words in page, words
    assert "style=" not in page
    part = client.get(url(film), headers=LIVE).content.decode()
    assert part.lstrip().startswith("<section")
    assert "<html" not in part


def test_words_are_saved_and_mistakes_are_told_in_place(client, film, owner):
    client.force_login(owner)
    answer = client.post(url(film), {"title": "Renamed", "policy-kind": "signed_in"})
    assert answer.status_code == 302
    film.refresh_from_db()
    assert (film.title, film.slug, film.access.kind, film.published_at) == ("Renamed", "renamed", "signed_in", None)
    answer = client.post(url(film), {"title": " ", "policy-kind": "nobody", "published": "on"})
    assert answer.status_code == 422
    assert answer.content.decode().count("field-errors") == 2
    client.post(url(film), {"title": "Renamed", "policy-kind": "public", "published": "on"})
    film.refresh_from_db()
    first = film.published_at
    assert first is not None
    client.post(url(film), {"title": "Again", "policy-kind": "public", "published": "on"})
    film.refresh_from_db()
    assert film.published_at == first


def test_a_chosen_cover_stays_until_it_is_given_back(client, film, owner):
    client.force_login(owner)
    found = film.cover
    answer = client.post(url(film, "cover"), {"picture": SimpleUploadedFile("a.png", png(), "image/png")})
    assert answer.status_code == 302
    film.refresh_from_db()
    assert film.cover_origin == "uploaded"
    assert film.cover != found
    assert client.get(film.picture.url).status_code == 200
    client.post(url(film, "cover/reset"))
    run_jobs()
    film.refresh_from_db()
    assert (film.cover_origin, film.cover) == ("frame", found)


@pytest.mark.parametrize(
    "content",
    [b"", b"no picture", png()[:60], b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"#EXTM3U\nfile:///etc/passwd"],
)
def test_what_is_no_picture_becomes_no_cover(client, film, owner, content):
    client.force_login(owner)
    before = film.cover
    answer = client.post(url(film, "cover"), {"picture": SimpleUploadedFile("a.png", content, "image/png")})
    assert answer.status_code == 422
    assert "field-errors" in answer.content.decode()
    film.refresh_from_db()
    assert film.cover == before


def test_a_cover_that_is_too_large_is_refused(client, film, owner):
    client.force_login(owner)
    large = SimpleUploadedFile("a.png", png() + bytes(10 << 20), "image/png")
    answer = client.post(url(film, "cover"), {"picture": large})
    assert answer.status_code == 422
    assert "10 MB at most" in answer.content.decode()


def test_into_the_trash_and_back(client, film, owner):
    client.force_login(owner)
    client.post(url(film, "trash"))
    film.refresh_from_db()
    assert film.trashed_at is not None
    page = client.get(url(film)).content.decode()
    assert "Bring it back" in page
    assert "Encode all anew" not in page
    client.post(url(film, "restore"))
    film.refresh_from_db()
    assert film.trashed_at is None


def test_work_can_be_cancelled_and_taken_up_again(client, owner):
    item, _ = ingest_file(path=clips.clip("short"), title="Short", owner=owner)
    client.force_login(owner)
    assert "Cancel" in client.get(url(item)).content.decode()
    client.post(url(item, "cancel"))
    item.refresh_from_db()
    assert item.state == State.FAILED
    page = client.get(url(item)).content.decode()
    assert "Preparing this was cancelled." in page
    assert "Try again" in page
    client.post(url(item, "retry"))
    run_jobs()
    item.refresh_from_db()
    assert item.state == State.READY


def test_what_cannot_be_done_is_told_in_a_sentence(client, film, owner):
    client.force_login(owner)
    for action, sentence in (
        ("retry", "Nothing has failed here."),
        ("cancel", "Nothing is being encoded."),
        ("renew", "Name a rung or a piece."),
    ):
        page = client.post(url(film, action), follow=True).content.decode()
        assert sentence in page
    for part in ({"rung": "v9000"}, {"piece": "999"}, {"piece": "0"}, {"rung": "x" * 40}):
        page = client.post(url(film, "renew"), part, follow=True).content.decode()
        assert "There is no" in page
    assert generations(film) == {1: "published"}


def test_reasons_are_for_the_owner_and_what_programs_said_is_for_staff(client, owner, moderator):
    item = make_item(owner, state=State.FAILED, trouble="This film is damaged.")
    job = make_job(
        item,
        state=JobState.FAILED,
        ended_at=timezone.now(),
        error_message="This film is damaged.",
        staff_error="moov?!",
    )
    make_job(
        item,
        kind="streaming.encode_chunk",
        parent=job,
        subject="",
        state=JobState.FAILED,
        ended_at=timezone.now(),
        params={"index": 2, "generation_id": str(new_id())},
        error_message="This piece could not be read.",
        staff_error="Invalid NAL",
    )
    client.force_login(owner)
    page = client.get(url(item)).content.decode()
    assert "This film is damaged." in page
    assert "This piece could not be read." in page
    assert "moov?!" not in page
    assert "Invalid NAL" not in page
    client.force_login(moderator)
    page = client.get(url(item)).content.decode()
    assert "moov?!" in page
    assert "Invalid NAL" in page


# Renewing parts


def test_everything_is_encoded_anew(client, film, owner):
    client.force_login(owner)
    client.post(url(film, "encode"))
    run_jobs()
    assert generations(film) == {1: "retired", 2: "published"}
    assert "Its files go" in client.get(url(film)).content.decode()


def files_of(generation) -> dict[str, int]:
    return {
        str(path.relative_to(generation.folder)): path.stat().st_ino
        for path in generation.folder.rglob("*")
        if path.suffix in {".m4s", ".mp4"} and "progressive" not in path.parts
    }


def test_one_rung_is_encoded_anew_and_the_rest_is_carried_over(client, film, owner):
    client.force_login(owner)
    first = Generation.objects.get(item=film)
    rung = first.what_to_make.video.lowest.name
    kept = files_of(first)
    client.post(url(film, "renew"), {"rung": rung})
    run_jobs()
    assert generations(film) == {1: "retired", 2: "published"}
    second = Generation.objects.get(item=film, number=2)
    assert files_of(first) == kept
    now = files_of(second)
    assert now.keys() == kept.keys()
    assert {name for name in now if now[name] != kept[name]} == {name for name in now if name.startswith(f"{rung}/")}
    assert (second.peaks, second.storyboard) == (True, True)
    assert f"{rung} encoded anew; the rest is that of g1." in client.get(url(film)).content.decode()


def test_one_piece_is_encoded_anew(client, long_film, owner):
    client.force_login(owner)
    first = Generation.objects.get(item=long_film)
    pieces = first.what_to_make.chunks
    assert pieces > 1
    client.post(url(long_film, "renew"), {"piece": "2"})
    run_jobs()
    second = Generation.objects.get(item=long_film, number=2)
    assert second.state == enums.State.PUBLISHED
    before, now = files_of(first), files_of(second)
    assert now.keys() == before.keys()
    other = {name for name in now if now[name] != before[name]}
    assert other
    redone = ChunkOutput.objects.filter(generation=second).exclude(job_id__in=_makers(first))
    assert set(redone.values_list("index", flat=True)) == {1}


def _makers(generation):
    return set(ChunkOutput.objects.filter(generation=generation).values_list("job_id", flat=True))


def test_the_first_generation_is_served_while_a_part_is_renewed(client, long_film, owner):
    client.force_login(owner)
    client.post(url(long_film, "renew"), {"piece": "1"})
    run_jobs("default")
    assert generations(long_film) == {1: "published", 2: "encoding"}
    page = client.get(url(long_film)).content.decode()
    assert "Encode all anew" not in page
    assert "1 of 2" in page
    client.post(url(long_film, "cancel"))
    run_jobs()
    assert generations(long_film)[1] == "published"
    assert Item.objects.get(pk=long_film.pk).state == State.READY
    assert all((Generation.objects.get(item=long_film, number=1).folder / name).exists() for name in ("master.m3u8",))


def test_a_long_film_is_shown_some_pieces_to_a_field(client, film, owner):
    made = Generation.objects.get(item=film)
    plan = made.plan
    plan["video"]["chunks"] = 500
    Generation.objects.filter(pk=made.pk).update(plan=plan)
    client.force_login(owner)
    page = client.get(url(film)).content.decode()
    assert "9 to a field" in page
    rungs = len(plan["video"]["rungs"])
    assert page.count("<rect") <= 60 * rungs


def test_an_item_without_a_source_has_a_page_too(client, owner):
    item = make_item(owner, asset=None)
    client.force_login(owner)
    assert client.get(url(item)).status_code == 200
    assert Asset.objects.count() == 0
    assert Job.objects.count() == 0
