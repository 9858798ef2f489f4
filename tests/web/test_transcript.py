"""The transcript below the player: loaded when it is opened, for whoever may play the item and for nobody else."""

from datetime import timedelta

import pytest
from django.utils import timezone

from apps.catalog.enums import State
from apps.media.enums import Place
from apps.streaming.enums import RenditionKind
from apps.streaming.models import Rendition
from apps.streaming.webvtt import Cue, write_cues
from tests.catalog.making import SIGNED_IN, access
from tests.streaming.making import make_stream

PART = {"HX-Request": "true", "HX-Target": "div#transcript"}
SECRET = "The boats come in at four."


def add_track(made, name: str, text: str, **fields) -> Rendition:
    vtt = write_cues([Cue(0, 2000, text), Cue(61_500, 63_000, "Then it is <i>quiet</i> &amp; dark.")])
    (made.folder / name).mkdir(parents=True, exist_ok=True)
    (made.folder / name / "subtitles.vtt").write_text(vtt)
    wanted = {"kind": RenditionKind.TEXT, "size_bytes": len(vtt), "language": "en", **fields}
    return Rendition.objects.create(generation=made, name=name, **wanted)


def spoken(owner, **fields):
    """An item with an English transcript."""
    made = make_stream(owner, **fields)
    add_track(made, "t1", SECRET, title="English", main=True)
    return made


def asked(client, item, query: str = "", **extra):
    return client.get(item.get_absolute_url() + query, **extra)


def test_it_is_loaded_when_it_is_opened_and_not_before(client, owner):
    item = spoken(owner).item
    page = asked(client, item).content.decode()
    assert "<h2" in page.partition('id="transcript"')[2].partition("Transcript</h2>")[0]
    assert SECRET not in page
    assert f'hx-get="{item.get_absolute_url()}?transcript=t1"' in page
    part = " ".join(asked(client, item, "?transcript=t1", headers=PART).content.decode().split())
    assert part.strip().startswith("<div")
    assert "<main" not in part
    assert f'<a href="?t=0" data-jump="0">{SECRET}</a>' in part
    assert '<a href="?t=61.5" data-jump="61.5">Then it is quiet &amp; dark.</a>' in part
    assert "1:02" in part
    assert 'lang="en"' in part
    assert "style=" not in part


def test_without_scripts_it_is_a_page_of_its_own(client, owner):
    item = spoken(owner).item
    page = asked(client, item, "?transcript=").content.decode()
    assert "<main" in page
    assert SECRET in page


def test_several_languages_are_a_choice_and_the_spoken_one_comes_first(client, owner):
    made = make_stream(owner)
    add_track(made, "t1", "Only signs", language="en", title="Signs", forced=True)
    add_track(made, "t2", "Um vier", language="de", title="Deutsch")
    add_track(made, "t3", "At four", language="en", title="English", main=True)
    first = asked(client, made.item, "?transcript=nonsense", headers=PART).content.decode()
    assert "At four" in first
    assert [first.find(name) > 0 for name in ("Deutsch", "Signs")] == [True, True]
    german = asked(client, made.item, "?transcript=t2", headers=PART).content.decode()
    assert "Um vier" in german
    assert "At four" not in german
    assert 'lang="de"' in german


@pytest.mark.parametrize("headers", [{}, PART])
@pytest.mark.parametrize("query", ["", "?transcript=", "?transcript=t1"])
def test_who_may_not_play_an_item_reads_nothing_of_it(client, owner, member, query, headers):
    locked = spoken(owner, **access(**SIGNED_IN)).item
    answer = asked(client, locked, query, headers=headers)
    assert answer.status_code == 200
    assert SECRET not in answer.content.decode()
    assert "Transcript" not in answer.content.decode()
    client.force_login(member)
    for hidden in (
        {"published_at": None},
        {"published_at": timezone.now() + timedelta(hours=1)},
        {"trashed_at": timezone.now()},
    ):
        assert asked(client, spoken(owner, **hidden).item, query, headers=headers).status_code == 404
    assert (SECRET in asked(client, locked, query, headers=headers).content.decode()) is bool(query)


@pytest.mark.parametrize("state", [State.PREPARING, State.FAILED])
def test_what_does_not_play_is_not_read_either(client, owner, state):
    item = spoken(owner, state=state).item
    assert SECRET not in asked(client, item, "?transcript=", headers=PART).content.decode()


def test_an_item_without_text_has_no_transcript_and_one_that_grows_waits_for_it(client, owner):
    part = asked(client, make_stream(owner).item, "?transcript=", headers=PART).content.decode()
    assert "<details" not in part
    assert "data-follow" not in part
    growing = make_stream(owner, state=State.GROWING)
    assert f'data-follow="{growing.item.topic}"' in asked(client, growing.item, headers=PART).content.decode()
    add_track(growing, "t1", SECRET)
    part = asked(client, growing.item, headers=PART).content.decode()
    assert "data-follow" not in part
    assert "<details" in part


def test_what_cannot_be_read_now_is_told_calmly(client, owner, settings):
    made = spoken(owner)
    (made.folder / "t1" / "subtitles.vtt").unlink()
    assert "cannot be read right now" in asked(client, made.item, "?transcript=", headers=PART).content.decode()
    made.storage = Place.S3  # of which there is none
    made.save()
    assert "cannot be read right now" in asked(client, made.item, "?transcript=", headers=PART).content.decode()


def test_no_more_is_shown_than_a_page_can_carry(client, owner, monkeypatch):
    monkeypatch.setattr("apps.web.transcript._MOST_CUES", 1)
    part = asked(client, spoken(owner).item, "?transcript=", headers=PART).content.decode()
    assert SECRET in part
    assert "quiet" not in part
    assert "too long to be shown" in part


def test_it_costs_two_queries_however_much_is_said(client, owner, django_assert_num_queries):
    made = make_stream(owner)
    item = made.item
    asked(client, item, headers=PART)  # settings are read once in some seconds
    with django_assert_num_queries(3):
        asked(client, item, headers=PART)
    for number in range(1, 6):
        add_track(made, f"t{number}", SECRET, title=f"Track {number}")
    with django_assert_num_queries(3):
        asked(client, item, "?transcript=t4", headers=PART)
