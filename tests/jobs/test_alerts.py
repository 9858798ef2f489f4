"""Staff hear of trouble once, in the form that their webhook reads."""

import json

import pytest

from apps.core import site_settings
from apps.jobs import alerting, housekeeping
from apps.jobs.models import Alert, Worker
from apps.jobs.services.alerts import raise_alert
from apps.jobs.services.submit import submit
from tests.jobs.kinds import FailParams
from tests.jobs.running import run_jobs
from tests.stubs.web import serving

pytestmark = pytest.mark.django_db


@pytest.fixture
def webhook(settings, moderator):
    settings.BANDSTAND_HTTP_ALLOW_PRIVATE = True
    with serving() as stub:
        url = stub.on("/hook", lambda request: request.answer(stub.status))
        stub.status = 204
        site_settings.set(alerting.WEBHOOK, url, by=moderator)
        yield stub


def bodies(stub):
    return [json.loads(body) for *_, body in stub.requests]


def test_the_same_trouble_is_told_once_within_the_cool_down():
    assert raise_alert("worker.left", subject="cpu@one") is not None
    assert raise_alert("worker.left", subject="cpu@one") is None
    assert raise_alert("worker.left", subject="cpu@two") is not None


def test_an_alert_reaches_the_webhook_with_what_happened_and_how_things_stand(webhook):
    raise_alert("worker.left", subject="cpu@one", details={"slots": 2})
    housekeeping.send_alerts()
    (body,) = bodies(webhook)
    assert body["event"] == "worker.left"
    assert body["details"]["slots"] == 2
    assert body["metrics"]["running"] == 0
    housekeeping.send_alerts()
    assert len(webhook.requests) == 1


def test_an_alert_waits_while_the_receiver_is_broken(webhook):
    webhook.status = 503
    raise_alert("worker.left", subject="cpu@one")
    housekeeping.send_alerts()
    assert Alert.objects.get().sent_at is None
    webhook.status = 200
    housekeeping.send_alerts()
    assert Alert.objects.get().sent_at is not None


def test_private_addresses_are_not_called(moderator, settings):
    settings.BANDSTAND_HTTP_ALLOW_PRIVATE = False
    with serving() as stub:
        site_settings.set(alerting.WEBHOOK, stub.on("/hook", lambda request: request.answer(204)), by=moderator)
        raise_alert("worker.left", subject="x")
        housekeeping.send_alerts()
        assert stub.requests == []


@pytest.mark.parametrize(
    ("host", "word"), [("discord.com", "embeds"), ("hooks.slack.com", "text"), ("example.org", "metrics")]
)
def test_each_receiver_gets_its_own_form(host, word):
    alert = raise_alert("worker.left", subject="cpu@one")
    assert word in alerting.body_for(f"https://{host}/hook", alert)


def test_work_that_keeps_failing_is_reported(owner):
    for _ in range(5):
        submit(kind="tests.fail", params=FailParams(), owner_id=owner.pk)
    run_jobs()
    housekeeping.notice_failing_kinds()
    assert Alert.objects.get().subject == "tests.fail"


def test_a_worker_that_stopped_reporting_is_noticed(db):
    from datetime import timedelta

    from django.utils import timezone

    Worker.objects.create(name="cpu@gone", host="x", seen_at=timezone.now() - timedelta(minutes=2))
    Worker.objects.create(name="cpu@here", host="x")
    housekeeping.notice_workers_that_left()
    assert list(Worker.objects.values_list("name", flat=True)) == ["cpu@here"]
    assert Alert.objects.get().event == "worker.left"


def test_counts_that_drifted_are_repaired_and_reported(owner):
    from apps.jobs.models import Turn

    submit(kind="tests.fail", params=FailParams(), owner_id=owner.pk)
    assert housekeeping.repair_counts() == 0
    Turn.objects.update(queued=7)
    assert housekeeping.repair_counts() == 1
    assert Turn.objects.get().queued == 1
