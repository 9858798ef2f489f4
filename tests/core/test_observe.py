import json
import logging
import re
import subprocess
import sys

import pytest
from prometheus_client.parser import text_string_to_metric_families

from apps.core import metrics, site_settings
from apps.core.log_lines import JsonFormatter, LineFormatter, about
from apps.core.metrics_view import LOOPBACK, TOKEN
from apps.jobs.models import Job
from apps.jobs.services.submit import submit
from tests.jobs.kinds import NoParams
from tests.jobs.running import run_jobs
from tests.serving import ROOT, environment


def record(message="It is there.", **fields):
    return logging.LogRecord("apps.test", logging.INFO, "a.py", 1, message, (), fields.get("exc_info"))


def test_every_answer_names_its_request(client, db):
    for path in ("/", "/healthz", "/api/v1/items/", "/nowhere/", "/api/nowhere/"):
        assert re.fullmatch(r"[0-9a-f]{16}", client.get(path)["X-Request-ID"])
    assert client.get("/healthz", headers={"X-Request-ID": "edge-1234.5678"})["X-Request-ID"] == "edge-1234.5678"


@pytest.mark.parametrize("told", ["short", "a" * 65, "two words", "line\\nbreak", 'quote"quote"', "ümlauts-and-more"])
def test_an_id_that_is_not_plain_is_replaced(client, db, told):
    assert client.get("/healthz", headers={"X-Request-ID": told})["X-Request-ID"] != told


def test_lines_carry_what_they_are_about():
    with about(request_id="abc12345", job_id=""):
        assert LineFormatter("{message}", style="{").format(record()) == "It is there. [request_id=abc12345]"
        with about(job_id="7"):
            told = json.loads(JsonFormatter().format(record("a\nb")))
    assert (told["message"], told["request_id"], told["job_id"], told["level"]) == ("a\nb", "abc12345", "7", "INFO")
    assert LineFormatter("{message}", style="{").format(record()) == "It is there."


def test_json_is_one_line_even_of_a_traceback():
    try:
        raise ZeroDivisionError
    except ZeroDivisionError:
        line = JsonFormatter().format(record(exc_info=sys.exc_info()))
    assert "\n" not in line
    assert "ZeroDivisionError" in json.loads(line)["trace"]


def test_the_environment_chooses_the_format():
    script = "import django; django.setup(); import logging; logging.getLogger('apps').warning('hello')"
    told = {}
    for chosen in ("json", "line", "xml"):
        line = [sys.executable, "-c", script]
        told[chosen] = subprocess.run(
            line, cwd=ROOT, env=environment(LOG_FORMAT=chosen), capture_output=True, text=True, check=False
        )
    assert json.loads(told["json"].stderr.splitlines()[-1])["message"] == "hello"
    assert told["line"].stderr.splitlines()[-1].endswith("WARNING apps: hello")
    assert "LOG_FORMAT must be line or json" in told["xml"].stderr


def figures(client, **headers):
    answer = client.get("/metrics", headers=headers)
    assert answer.status_code == 200, answer.content
    return {
        (sample.name, *sorted(sample.labels.values())): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


def test_figures_tell_of_requests_jobs_workers_streams_and_the_disk(client, owner):
    Job.objects.create(kind="tests.none", queue="cpu", owner=owner)
    name = ("bandstand_http_requests_total", "200", "GET", "api/v1/items/")
    before = figures(client).get(name, 0)
    client.get("/api/v1/items/?kind=track")
    client.generic("BREW", "/api/v1/items/")
    told = figures(client)
    assert told[name] == before + 1
    assert told[("bandstand_http_requests_total", "401", "api/v1/items/", "other")] >= 1
    assert told[("bandstand_jobs", "cpu", "queued")] == 1
    assert told[("bandstand_jobs_oldest_seconds", "cpu")] >= 0
    assert told[("bandstand_workers", "cpu")] == 0
    assert told[("bandstand_uploads", "receiving")] == 0
    assert told[("bandstand_playback_sessions",)] == 0
    assert told[("bandstand_disk_bytes", "free")] > 0
    assert all(told[("bandstand_part_told", part)] == 1 for part in ("disk", "jobs", "uploads", "streams"))


def test_a_part_that_cannot_be_asked_is_missing_and_the_others_are_told(client, db, monkeypatch):
    def fail():
        raise OSError("away")

    monkeypatch.setattr(metrics, "_collects", {**metrics._collects, "disk": fail})
    told = figures(client)
    assert told[("bandstand_part_told", "disk")] == 0
    assert ("bandstand_workers", "cpu") in told


def test_figures_are_never_public(client, db, moderator):
    client.force_login(moderator)
    outside = {"REMOTE_ADDR": "192.0.2.1"}
    assert client.get("/metrics", **outside).status_code == 403
    assert client.get("/metrics", headers={"X-Forwarded-For": "127.0.0.1"}).status_code == 403
    site_settings.set(LOOPBACK, value=False, by=None)
    assert client.get("/metrics").status_code == 403
    assert client.get("/metrics", headers={"Authorization": "Bearer "}).status_code == 403


def test_a_token_opens_the_figures_from_anywhere(client, db):
    site_settings.set(TOKEN, "a secret for Prometheus", by=None)
    outside = {"REMOTE_ADDR": "192.0.2.1"}
    may = client.get("/metrics", headers={"Authorization": "Bearer a secret for Prometheus"}, **outside)
    assert may.status_code == 200
    for told in ("Bearer a secret", "Basic a secret for Prometheus", "Bearer ä"):
        assert client.get("/metrics", headers={"Authorization": told}, **outside).status_code == 403


def test_a_jobs_lines_name_the_request_that_asked_for_it_and_the_job(db, caplog):
    with about(request_id="asked-by-me"):
        job = submit(kind="tests.crash", params=NoParams())
    caplog.handler.setFormatter(JsonFormatter())
    run_jobs()
    lines = [json.loads(line) for line in caplog.text.splitlines()]
    mine = [line for line in lines if line.get("job_id") == str(job.pk)]
    assert any("failed unexpectedly" in line["message"] for line in mine)
    assert {line["request_id"] for line in mine} == {"asked-by-me"}
