import pytest

from apps.jobs.models import Job

pytestmark = [pytest.mark.urls("tests.core.api_site"), pytest.mark.django_db]


@pytest.fixture
def jobs(owner, stranger):
    Job.objects.create(kind="t", queue="default", owner=stranger)
    return [str(Job.objects.create(kind="t", queue="default", owner=owner).pk) for _ in range(7)]


def ids(page: dict) -> list[str]:
    return [row["id"] for row in page["results"]]


def test_pages_are_newest_first_and_hold_only_what_is_visible(client, owner, jobs, django_assert_num_queries):
    client.force_login(owner)
    with django_assert_num_queries(3):  # session, person, the page: no COUNT
        page = client.get("/api/jobs/?page_size=3").json()
    assert set(page) == {"next", "previous", "results"}
    assert ids(page) == jobs[:3:-1]
    assert page["previous"] is None


def test_pages_stay_stable_while_rows_are_added(client, owner, jobs):
    client.force_login(owner)
    page = client.get("/api/jobs/?page_size=3").json()
    seen = ids(page)
    while page["next"]:
        Job.objects.create(kind="t", queue="default", owner=owner)
        page = client.get(page["next"]).json()
        seen += ids(page)
    assert seen == jobs[::-1]
    back = client.get(page["previous"]).json()
    assert ids(back) == seen[3:6]


def test_sizes_are_bounded_and_a_made_up_cursor_is_refused(client, owner, jobs):
    client.force_login(owner)
    assert len(ids(client.get("/api/jobs/?page_size=100000").json())) == 7
    assert len(ids(client.get("/api/jobs/?page_size=-1").json())) == 7
    for made_up in ("nonsense", "cD1ub3BlCg==", "cD0lMDA="):  # the others are `p=nope` and `p=%00`, well encoded
        response = client.get("/api/jobs/", {"cursor": made_up})
        assert (response.status_code, response.json()["error"]["code"]) == (404, "not_found")


def test_a_stranger_sees_none_of_them(client, member, jobs):
    client.force_login(member)
    assert ids(client.get("/api/jobs/").json()) == []
    client.logout()
    assert client.get("/api/jobs/").status_code == 401
