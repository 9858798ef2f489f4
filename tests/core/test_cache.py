import logging

import pytest
from django.core.cache import cache
from redis import Redis

from apps.core.cache import ForgivingRedisCache, breaker_of


@pytest.fixture
def away(tmp_path) -> ForgivingRedisCache:
    """A cache whose server does not exist."""
    return ForgivingRedisCache(f"unix://{tmp_path}/nobody", {"KEY_PREFIX": "test"})


@pytest.fixture(autouse=True)
def _empty():
    cache.clear()


def test_what_was_stored_is_there():
    cache.set("a", {"b": 1})
    assert cache.get("a") == {"b": 1}
    assert cache.add("a", 2) is False
    cache.set("n", 1)
    assert cache.incr("n") == 2
    assert cache.get_many(["a", "n", "x"]) == {"a": {"b": 1}, "n": 2}
    assert cache.set_many({"c": 1, "d": 2}) == []
    cache.delete_many(["c"])
    assert (cache.has_key("c"), cache.has_key("d")) == (False, True)
    assert cache.touch("d") is True
    assert cache.delete("d") is True


def test_without_redis_look_ups_miss_and_writes_are_dropped(away):
    away.set("a", 1)
    assert away.get("a", "default") == "default"
    assert away.get_many(["a"]) == {}
    assert away.set_many({"a": 1}) == ["a"]
    assert away.delete_many(["a"]) is None
    assert (away.has_key("a"), away.touch("a"), away.delete("a"), away.clear()) == (False, False, False, None)
    assert away.add("a", 1) is True
    assert away.get_or_set("a", lambda: "fresh") == "fresh"
    for count in (away.incr, away.decr):
        with pytest.raises(ValueError, match="not found"):
            count("a")


def test_an_outage_is_logged_once_and_costs_one_attempt(away, caplog):
    with caplog.at_level(logging.WARNING):
        for _ in range(1000):
            away.get("a")
    assert len(caplog.records) == 1
    assert away.breaker.outages == 1
    assert not away.breaker.ready()


def test_after_the_pause_one_attempt_finds_it_again(settings, caplog):
    breaker = breaker_of(settings.CACHES["default"]["LOCATION"])
    breaker.failed(ConnectionError("gone"))
    cache.set("a", 1)
    assert cache.get("a") is None
    breaker._next_try = 0
    cache.set("a", 1)
    assert cache.get("a") == 1
    assert "is back" in caplog.text


def test_clearing_spares_what_is_not_the_caches(settings):
    redis = Redis.from_url(settings.REDIS_URL)
    redis.set("bandstand.queue", "wake-ups")
    cache.set("a", 1)
    cache.clear()
    assert cache.get("a") is None
    assert redis.get("bandstand.queue") == b"wake-ups"
    redis.delete("bandstand.queue")


def test_a_page_answers_without_redis(client, settings, tmp_path, db):
    settings.CACHES = {
        "default": {"BACKEND": "apps.core.cache.ForgivingRedisCache", "LOCATION": f"unix://{tmp_path}/nobody"}
    }
    assert client.get("/accounts/login/").status_code == 200
