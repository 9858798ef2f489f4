import logging
from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from apps.core.models import new_id
from apps.core.realtime import wire
from apps.core.realtime.hub import publish, purge_events, push, recheck
from apps.core.realtime.models import Event, Topic


def test_numbers_of_a_topic_count_up_without_a_gap_even_after_a_rollback(db):
    assert [publish("item:1", "changed", ref="1") for _ in range(3)] == [1, 2, 3]
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        publish("item:1", "changed", ref="1")
        raise ZeroDivisionError
    assert publish("item:1", "changed", ref="1") == 4
    assert publish("item:2", "changed", ref="2") == 1


def test_publishing_costs_one_query(db, django_assert_num_queries):
    with django_assert_num_queries(1):
        publish("item:1", "changed", ref=new_id(), version=7)


@pytest.mark.parametrize("topic", ["", "item", "item:", "Item:1", "item:a b", "item:" + "x" * 81, "item:1\n"])
def test_what_is_no_topic_is_a_mistake_in_the_code(db, topic):
    with pytest.raises(ValueError, match="no topic"):
        publish(topic, "changed", ref="1")


def test_a_stranger_publishes_nothing_by_asking(client, stranger):
    client.force_login(stranger)
    assert client.post("/events/?topic=me").status_code == 405
    assert not Event.objects.exists()


def test_without_redis_nothing_raises_and_it_is_tried_once_in_a_while(settings, monkeypatch, tmp_path, caplog):
    settings.REDIS_URL = f"unix://{tmp_path}/nobody"
    breaker = wire.Breaker("nobody", pause_seconds=3600)
    monkeypatch.setattr(wire, "breaker", breaker)
    with caplog.at_level(logging.WARNING):
        for _ in range(1000):
            push("job:1", "progress", {"done": 1})
    assert breaker.outages == 1
    assert len(caplog.records) == 1
    assert not breaker.ready()


def test_a_payload_of_anything_is_sent(settings):
    push("job:1", "progress", {"at": timezone.now(), "id": new_id(), "topic": "job:2"})
    assert not wire.breaker.broken


def test_a_recheck_is_an_event_that_nobody_can_follow(db, member):
    recheck(member.pk)
    assert Event.objects.get().topic == f"authz:{member.pk}"


def test_events_go_after_a_week_and_silent_topics_after_a_quarter(db):
    now = timezone.now()
    for _ in range(25):
        publish("item:old", "changed", ref="1")
    publish("item:gone", "changed", ref="1")
    Event.objects.update(at=now - timedelta(days=8))
    Topic.objects.filter(name="item:gone").update(at=now - timedelta(days=91))
    publish("item:new", "changed", ref="1")
    assert purge_events(now=now, batch=10) == 26
    assert list(Event.objects.values_list("topic", flat=True)) == ["item:new"]
    assert publish("item:old", "changed", ref="1") == 26
    assert publish("item:gone", "changed", ref="1") == 1
