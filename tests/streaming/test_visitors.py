"""Visitors are told apart by a signed cookie: no session row, and no endless rows for those who send no cookie."""

import pytest
from django.contrib.sessions.models import Session
from django.test import Client

from apps.core import rates, site_settings
from apps.streaming.models import PlaybackSession
from tests.streaming.making import make_stream

pytestmark = pytest.mark.django_db


def ask(client, item):
    return client.post(f"/api/v1/items/{item.pk}/playback/")


def test_a_visitor_gets_a_cookie_and_no_session(client, owner):
    item = make_stream(owner).item
    first = ask(client, item)
    cookie = first.cookies["bandstand_visitor"]
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")
    assert not Session.objects.exists()
    assert ask(client, item).json()["master_url"] == first.json()["master_url"]
    assert client.get(f"/hls/{item.pk}/master.m3u8").url in first.json()["master_url"]
    assert PlaybackSession.objects.count() == 1


def test_the_stable_address_gives_the_cookie_too(client, owner):
    item = make_stream(owner).item
    first = client.get(f"/hls/{item.pk}/master.m3u8")
    assert "bandstand_visitor" in first.cookies
    assert client.get(f"/hls/{item.pk}/master.m3u8").url == first.url
    assert not Session.objects.exists()


def test_a_cookie_that_is_not_ours_is_a_new_visitors(client, owner):
    item = make_stream(owner).item
    client.cookies["bandstand_visitor"] = "made:up:signature"
    assert "bandstand_visitor" in ask(client, item).cookies


def test_somebody_who_signs_in_needs_none(client, owner, member):
    item = make_stream(owner).item
    client.force_login(member)
    assert "bandstand_visitor" not in ask(client, item).cookies
    assert PlaybackSession.objects.get().person == member


def test_many_new_visitors_of_one_address_are_refused_and_known_ones_go_on(owner, limits_hold):
    site_settings.set(rates.setting_of("visitors", visitor=True), 3, by=None)
    item = make_stream(owner).item
    known = Client()
    assert ask(known, item).status_code == 200
    assert [ask(Client(), item).status_code for _ in range(3)] == [200, 200, 429]
    refused = Client().get(f"/hls/{item.pk}/master.m3u8")
    assert refused.status_code == 429
    assert int(refused["Retry-After"]) >= 1
    assert PlaybackSession.objects.count() == 3
    assert ask(known, item).status_code == 200
