import json
import threading

import pytest

from apps.core import health, views
from apps.core.health import Unwell


@pytest.fixture
def checks(monkeypatch):
    """A registry of this test's own, and no memory of earlier answers."""
    own = {}
    monkeypatch.setattr(health, "_checks", own)
    monkeypatch.setattr(health, "_probes", {})
    monkeypatch.setattr(views, "_latest", (0.0, []))
    return own


def fail() -> str:
    raise Unwell("The secret host db.internal is away.")


def test_ready_means_that_every_part_is_well(client, checks, db):
    checks.update(one=lambda: "It is there.")
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()) == (200, {"ready": True, "parts": {"one": "well"}})
    assert "no-store" in answer["Cache-Control"]


def test_one_part_that_is_unwell_makes_the_site_not_ready_and_the_reason_stays_inside(client, checks, db):
    checks.update(one=lambda: "It is there.", two=fail)
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert json.loads(answer.content) == {"ready": False, "parts": {"one": "well", "two": "unwell"}}
    assert [finding.sentence for finding in health.examine()][1] == "The secret host db.internal is away."


def test_a_check_that_hangs_is_asked_once_and_the_others_answer(checks, db):
    go_on, calls = threading.Event(), []

    def hang() -> str:
        calls.append(1)
        go_on.wait(30)
        return "late"

    checks.update(slow=hang, quick=lambda: "It is there.")
    for _ in range(3):
        slow, quick = health.examine(0.05)
        assert (slow.well, slow.sentence) == (False, "There was no answer within 0.05 seconds.")
        assert quick.well
    assert calls == [1]
    go_on.set()


def test_readiness_is_looked_at_once_a_second_however_often_it_is_asked(client, checks, db):
    calls = []
    checks.update(one=lambda: calls.append(1) or "It is there.")
    for _ in range(5):
        client.get("/readyz")
    assert calls == [1]


def test_alive_touches_no_database(client, django_assert_num_queries, db):
    with django_assert_num_queries(0):
        answer = client.get("/healthz")
    assert (answer.status_code, answer.content) == (200, b"ok\n")
    assert not answer.cookies


def test_nobody_writes_to_a_probe(client, db):
    assert client.post("/healthz").status_code == 405
    assert client.post("/readyz").status_code == 405


@pytest.mark.django_db
def test_the_parts_that_every_site_has_are_well_here(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    found = {finding.name: finding for finding in health.examine()}
    for name in ("database", "tables", "redis", "storage"):
        assert found[name].well, found[name].sentence


@pytest.mark.django_db
def test_a_full_disk_and_a_missing_redis_are_told(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    settings.MIN_FREE_BYTES = 1 << 60
    settings.REDIS_URL = f"unix://{tmp_path}/none.sock"
    found = {finding.name: finding for finding in health.examine()}
    assert "nearly full" in found["storage"].sentence
    assert not found["redis"].well
