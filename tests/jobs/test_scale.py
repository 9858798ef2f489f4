"""What is asked often reads few rows, however many jobs there are."""

import pytest
from django.utils import timezone

from apps.jobs.claims import claim, claimable_since
from apps.jobs.enums import ENDED, State
from apps.jobs.models import Job
from apps.jobs.pages import filtered, page_of
from tests.counting import analyze, rows_read

pytestmark = pytest.mark.django_db
MANY = 3000


def fill(*people, state=State.QUEUED) -> None:
    ended_at = timezone.now() if state in ENDED else None
    Job.objects.bulk_create(
        Job(kind="t", queue="gpu", owner=person, owner_key=person.pk, state=state, ended_at=ended_at)
        for person in people
        for _ in range(MANY)
    )
    analyze("jobs_job", "jobs_turn")


def test_whether_something_waits_is_known_without_reading_all_that_waits(owner, member):
    fill(owner, member)
    before = rows_read("jobs_job")
    assert claimable_since("gpu")
    assert {claim("gpu", worker="w").owner_id for _ in range(2)} == {owner.pk, member.pk}
    assert rows_read("jobs_job") - before < 100


@pytest.mark.parametrize("state", ["live", State.FAILED, "nonsense"])
def test_a_list_of_few_is_not_searched_among_all(owner, state):
    fill(owner, state=State.SUCCEEDED)
    before = rows_read("jobs_job")
    page = page_of(filtered(Job.objects.roots(), state=state, text=""), before=None)
    assert page.rows == []
    assert rows_read("jobs_job") - before < 100


def test_who_has_no_jobs_reads_none_of_others(owner, stranger):
    fill(owner, state=State.SUCCEEDED)
    before = rows_read("jobs_job")
    assert page_of(Job.objects.visible_to(stranger).roots(), before=None).rows == []
    assert rows_read("jobs_job") - before < 100
