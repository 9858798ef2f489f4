"""Who sees which job, on pages and by the API, and what they may do with it."""

import pytest
from django.test import Client

from apps.accounts.services.tokens import create_token
from apps.jobs.enums import State
from apps.jobs.models import Job
from apps.jobs.services.submit import submit
from tests.jobs.kinds import FailParams, FamilyParams, NamedParams
from tests.jobs.running import run_jobs

pytestmark = pytest.mark.django_db


def as_(person):
    client = Client()
    client.force_login(person)
    return client


@pytest.fixture
def job(member):
    return submit(kind="tests.noop", params=NamedParams(name="secret plan"), owner_id=member.pk)


@pytest.fixture
def failed(member):
    job = submit(kind="tests.fail", params=FailParams(), owner_id=member.pk)
    run_jobs("default")
    job.refresh_from_db()
    return job


def test_a_visitor_is_asked_to_sign_in(client, job):
    for path in ("/jobs/", "/jobs/all/", "/jobs/running/", f"/jobs/{job.pk}/"):
        assert client.get(path).status_code == 302
    assert client.get("/api/v1/jobs/").status_code == 401


def test_the_owner_sees_the_job(member, job):
    assert b"Nothing" in as_(member).get("/jobs/").content
    assert as_(member).get(f"/jobs/{job.pk}/").status_code == 200
    assert as_(member).get(f"/jobs/{job.pk}/row/").status_code == 200
    found = as_(member).get("/api/v1/jobs/").json()
    assert [row["id"] for row in found["results"]] == [str(job.pk)]


def test_a_stranger_finds_nothing_and_changes_nothing(stranger, job):
    client = as_(stranger)
    assert client.get(f"/jobs/{job.pk}/").status_code == 404
    assert client.get(f"/jobs/{job.pk}/row/").status_code == 404
    assert client.post(f"/jobs/{job.pk}/cancel/").status_code == 404
    assert client.get("/api/v1/jobs/").json()["results"] == []
    assert client.get(f"/api/v1/jobs/{job.pk}/").status_code == 404
    assert client.post(f"/api/v1/jobs/{job.pk}/cancel/").status_code == 404
    assert client.get("/jobs/all/").status_code == 403
    job.refresh_from_db()
    assert job.state == State.QUEUED


def test_who_operates_the_site_sees_everybodys_jobs(moderator, job, failed):
    page = as_(moderator).get("/jobs/all/").content.decode()
    assert str(job.pk) in page
    assert as_(moderator).get("/jobs/all/?q=mila&state=failed").content.decode().count("job-row-head") == 1
    assert b"line 42" in as_(moderator).get(f"/jobs/{failed.pk}/").content


def test_the_owner_reads_a_sentence_and_not_what_is_for_staff(member, failed):
    page = as_(member).get(f"/jobs/{failed.pk}/").content.decode()
    assert "It did not work." in page
    assert "line 42" not in page
    answer = as_(member).get(f"/api/v1/jobs/{failed.pk}/").json()
    assert answer["error"] == {"code": "broken", "message": "It did not work."}


def test_cancelling_twice_is_a_conflict(member, job):
    client = as_(member)
    assert client.post(f"/api/v1/jobs/{job.pk}/cancel/").json()["state"] == "cancelled"
    again = client.post(f"/api/v1/jobs/{job.pk}/cancel/")
    assert (again.status_code, again.json()["error"]["code"]) == (409, "conflict")


def test_a_token_without_the_scope_may_look_and_not_touch(member, job):
    _, secret = create_token(owner=member, name="reader", scopes=["read"])
    client = Client(headers={"authorization": f"Bearer {secret}"})
    assert client.get(f"/api/v1/jobs/{job.pk}/").status_code == 200
    refused = client.post(f"/api/v1/jobs/{job.pk}/cancel/")
    assert (refused.status_code, refused.json()["error"]["code"]) == (403, "missing_scope")


def test_a_failed_job_can_be_tried_again_from_its_page(member, failed):
    as_(member).post(f"/jobs/{failed.pk}/retry/")
    failed.refresh_from_db()
    assert (failed.state, failed.attempt, failed.error_code) == (State.QUEUED, 0, "")


def test_filters_are_repeatable_and_unknown_values_find_nothing(member, job, failed):
    client = as_(member)
    assert len(client.get("/api/v1/jobs/?state=queued&state=failed").json()["results"]) == 2
    assert client.get("/api/v1/jobs/?state=dancing").json()["results"] == []
    assert client.get("/api/v1/jobs/?parent=nonsense").json()["results"] == []


def test_parts_are_listed_under_their_whole_alone(member, django_assert_max_num_queries):
    whole = submit(kind="tests.family", params=FamilyParams(parts=list("abcdef")), owner_id=member.pk)
    run_jobs()
    client = as_(member)
    assert [row["id"] for row in client.get("/api/v1/jobs/").json()["results"]] == [str(whole.pk)]
    assert len(client.get(f"/api/v1/jobs/?parent={whole.pk}").json()["results"]) == 6
    with django_assert_max_num_queries(10):
        page = client.get(f"/jobs/{whole.pk}/").content.decode()
    assert "6 of 6 done" in page


def test_a_long_list_comes_in_pages_and_costs_the_same(member, django_assert_max_num_queries):
    Job.objects.bulk_create(Job(kind="tests.noop", queue="cpu", owner=member) for _ in range(70))
    client = as_(member)
    seen, path = set(), "/jobs/"
    while path:
        with django_assert_max_num_queries(7):
            answer = client.get(path)
        page = answer.context["page"]
        seen |= {row.job.pk for row in page.rows}
        path = answer.context["next_url"]
    assert len(seen) == 70


def test_the_menu_lists_what_runs_for_oneself_alone(member, stranger, moderator, job):
    assert f'data-job="{job.pk}"' in as_(member).get("/jobs/running/").content.decode()
    for other in (stranger, moderator):
        assert "Nothing is running" in as_(other).get("/jobs/running/").content.decode()
    run_jobs()
    assert "Nothing is running" in as_(member).get("/jobs/running/").content.decode()


def test_the_menu_is_short_and_counts_the_rest_in_few_queries(member, django_assert_max_num_queries):
    for number in range(9):
        submit(kind="tests.noop", params=NamedParams(name=str(number)), owner_id=member.pk)
    client = as_(member)
    with django_assert_max_num_queries(6):  # with the session, the person and the first look at the tiers
        text = client.get("/jobs/running/").content.decode()
    assert text.count("data-job=") == 6
    assert 'data-running="9"' in text
    assert "And 3 more." in text
