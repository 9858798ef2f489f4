"""Where people are in what they play: kept, merged, counted, and never for those who may not play it."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from apps.accounts.services.tokens import create_token
from apps.catalog.access import viewer_of
from apps.streaming.models import PlaybackPosition, PlaybackSession
from apps.streaming.services.positions import Beat, record_position
from apps.streaming.services.sessions import open_playback
from tests.catalog.making import access
from tests.streaming.making import make_stream

MINUTE = 60_000


@pytest.fixture
def item(owner):
    return make_stream(owner, duration_ms=10 * MINUTE).item


def beat(position_ms=MINUTE, **fields) -> dict:
    wanted = {"position_ms": position_ms, "at": timezone.now().isoformat(), "device": "laptop-1", "seq": 1}
    return {**wanted, **fields}


def tell(client, item, body, **headers):
    address = f"/api/v1/items/{item.pk}/playback/position/"
    return client.post(address, body, content_type="application/json", headers=headers)


def resume(client, item) -> int:
    return client.post(f"/api/v1/items/{item.pk}/playback/").json()["resume_ms"]


def test_a_person_goes_on_where_they_stopped_on_any_device(client, item, member):
    client.force_login(member)
    assert resume(client, item) == 0
    assert tell(client, item, beat(3 * MINUTE)).status_code == 204
    assert resume(client, item) == 3 * MINUTE
    elsewhere = Client()
    elsewhere.force_login(member)
    assert resume(elsewhere, item) == 3 * MINUTE


def test_everyone_has_their_own_position(client, item, member, stranger):
    client.force_login(member)
    tell(client, item, beat())
    client.force_login(stranger)
    assert resume(client, item) == 0


def test_nothing_is_kept_of_visitors(client, item):
    assert tell(client, item, beat()).status_code == 204
    assert not PlaybackPosition.objects.exists()
    assert "bandstand_session" not in client.cookies
    assert resume(client, item) == 0


@pytest.mark.parametrize(("fields", "status"), [({"kind": "signed_in"}, 403), ({"published_at": None}, 404)])
def test_those_who_may_not_play_it_have_no_position_in_it(client, owner, stranger, fields, status):
    item = make_stream(owner, **(access(**fields) if "kind" in fields else fields)).item
    if status == 404:
        client.force_login(stranger)
    assert tell(client, item, beat()).status_code == status
    assert not PlaybackPosition.objects.exists()


def test_an_item_that_is_not_there_is_not_found(client, db):
    item = type("Nothing", (), {"pk": "0197a1b2-0000-7000-8000-000000000000"})
    assert tell(client, item, beat()).status_code == 404


def test_a_token_needs_the_scope_to_play(client, item, member):
    _, may = create_token(owner=member, name="player", scopes=["play"])
    _, may_not = create_token(owner=member, name="reader", scopes=["read", "write"])
    assert tell(client, item, beat(), Authorization=f"Bearer {may_not}").status_code == 403
    assert tell(client, item, beat(), Authorization=f"Bearer {may}").status_code == 204
    assert PlaybackPosition.objects.get().person == member


def test_a_beacon_is_a_form_and_carries_the_token_in_it(item, member):
    client = Client(enforce_csrf_checks=True)
    client.force_login(member)
    client.cookies["bandstand_csrf"] = token = "a" * 32
    address = f"/api/v1/items/{item.pk}/playback/position/"
    form = "application/x-www-form-urlencoded"
    body = "position_ms=5000&at=2026-11-20T10:00:00Z&device=laptop-1&seq=4&ended=true"
    assert client.post(address, body, content_type=form).status_code == 403
    assert client.post(address, f"{body}&csrfmiddlewaretoken={token}", content_type=form).status_code == 204
    assert PlaybackPosition.objects.get().finished


def test_the_same_told_twice_is_told_once(client, item, member):
    client.force_login(member)
    tell(client, item, beat(2 * MINUTE, seq=5))
    tell(client, item, beat(4 * MINUTE, seq=5))
    tell(client, item, beat(5 * MINUTE, seq=4))
    assert resume(client, item) == 2 * MINUTE


def test_the_latest_of_several_devices_wins_however_late_the_others_arrive(client, item, member):
    client.force_login(member)
    now = timezone.now()
    tell(client, item, beat(4 * MINUTE, device="telephone", at=now.isoformat()))
    tell(client, item, beat(8 * MINUTE, device="laptop-1", seq=9, at=(now - timedelta(hours=2)).isoformat()))
    assert resume(client, item) == 4 * MINUTE


def test_a_clock_that_is_ahead_cannot_win_for_ever(client, item, member):
    client.force_login(member)
    tell(client, item, beat(MINUTE, device="telephone", at="2999-01-01T00:00:00Z"))
    tell(client, item, beat(2 * MINUTE, device="laptop-1"))
    tell(client, item, beat(3 * MINUTE, device="laptop-1", seq=2))
    assert resume(client, item) == 3 * MINUTE


@pytest.mark.parametrize(("position_ms", "fields"), [(9.5 * MINUTE, {}), (MINUTE, {"ended": True})])
def test_what_is_finished_begins_anew(client, item, member, position_ms, fields):
    client.force_login(member)
    tell(client, item, beat(int(position_ms), **fields))
    assert resume(client, item) == 0
    tell(client, item, beat(2 * MINUTE, seq=2))
    assert resume(client, item) == 2 * MINUTE


@pytest.mark.parametrize(
    "fields",
    [
        {"position_ms": -1},
        {"position_ms": 10**15},
        {"position_ms": "far"},
        {"position_ms": None},
        {"duration_ms": 0},
        {"at": "yesterday"},
        {"device": "x"},
        {"device": "a" * 37},
        {"device": "laptop\x00one"},
        {"device": "laptop 1"},
        {"seq": -1},
        {"seq": 2**63},
        {"ended": "perhaps"},
    ],
)
def test_what_makes_no_sense_is_refused(client, item, member, fields):
    client.force_login(member)
    answer = tell(client, item, beat(**fields) if "position_ms" not in fields else {**beat(), **fields})
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "invalid")
    assert not PlaybackPosition.objects.exists()


@pytest.mark.parametrize("at", ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z"])
def test_instants_at_the_ends_of_time_are_bounded(client, item, member, at):
    client.force_login(member)
    assert tell(client, item, beat(at=at)).status_code == 204
    place = PlaybackPosition.objects.get()
    assert timezone.now() - timedelta(days=31) < place.at <= timezone.now()


def test_a_position_behind_the_end_is_the_end(client, item, member):
    client.force_login(member)
    tell(client, item, beat(99 * MINUTE, duration_ms=200 * MINUTE))
    place = PlaybackPosition.objects.get()
    assert (place.position_ms, place.duration_ms, place.finished) == (10 * MINUTE, 10 * MINUTE, True)


class Watching:
    """A session of a member's, and a player that tells of it at instants of our own."""

    def __init__(self, item, person) -> None:
        self.item, self.viewer, self.now, self.seq = item, viewer_of(person), timezone.now(), 0
        open_playback(item=item, viewer=self.viewer, key="k")

    def after(self, seconds: float, position_ms: int) -> None:
        self.now += timedelta(seconds=seconds)
        self.seq += 1
        told = Beat(position_ms, self.now, "laptop-1", self.seq)
        record_position(item=self.item, viewer=self.viewer, key="k", beat=told, now=self.now)

    @property
    def session(self) -> PlaybackSession:
        return PlaybackSession.objects.get(item=self.item, key="k")


@pytest.fixture
def watching(item, member) -> Watching:
    return Watching(item, member)


def test_watch_time_is_what_went_by_and_no_more(watching):
    watching.after(0, 0)
    watching.after(10, 10_000)
    assert watching.session.watched_ms == 10_000
    watching.after(10, 500_000)
    assert watching.session.watched_ms == 20_000, "a jump brings no more than wall time"
    watching.after(600, 500_000)
    assert watching.session.watched_ms == 20_000, "a pause brings nothing"
    watching.after(10, 520_000)
    assert watching.session.watched_ms == 30_000, "double speed brings no more than wall time"
    watching.after(10, 1000)
    assert watching.session.watched_ms == 30_000, "a jump back takes nothing away"
    watching.after(3600, 400_000)
    assert watching.session.watched_ms == 90_000, "no step is believed to have lasted more than a minute"


def test_a_play_counts_once_at_a_fifth(watching):
    for step in range(13):
        watching.after(10, step * 10_000)
        counted = watching.session.counted_at is not None
        assert counted is (step == 12)
    watching.after(10, 300_000)
    assert PlaybackPosition.objects.get().plays == 1


def test_a_jump_to_the_end_is_no_play(watching):
    watching.after(0, 0)
    watching.after(1, 590_000)
    assert watching.session.counted_at is None


def test_a_position_without_a_session_is_kept(item, member):
    told = Beat(5000, timezone.now(), "laptop-1", 1)
    assert record_position(item=item, viewer=viewer_of(member), key="other", beat=told)
    assert PlaybackPosition.objects.get().position_ms == 5000


def test_there_is_one_position_of_a_person_in_an_item(item, member):
    PlaybackPosition.objects.create(person=member, item=item, at=timezone.now())
    with pytest.raises(IntegrityError), transaction.atomic():
        PlaybackPosition.objects.create(person=member, item=item, at=timezone.now())
