"""What the pages show of a job, read in a constant number of queries."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet, Sum

from apps.jobs.contract import known_kinds
from apps.jobs.enums import LIVE, State
from apps.jobs.models import Job

PAGE_SIZE = 30

TONES = {
    State.QUEUED: "",
    State.RUNNING: "info",
    State.WAITING: "info",
    State.SUCCEEDED: "success",
    State.FAILED: "error",
    State.CANCELLED: "",
}
ICONS = {
    State.QUEUED: "clock",
    State.RUNNING: "refresh-cw",
    State.WAITING: "layers",
    State.SUCCEEDED: "circle-check",
    State.FAILED: "circle-alert",
    State.CANCELLED: "x",
}


@dataclass(frozen=True)
class JobRow:
    """One job as a line of a list."""

    job: Job
    title: str
    percent: int | None
    parts_done: int
    parts: int

    @property
    def tone(self) -> str:
        return TONES[State(self.job.state)]

    @property
    def icon(self) -> str:
        return ICONS[State(self.job.state)]


@dataclass(frozen=True)
class JobPage:
    rows: Sequence[JobRow]
    next_before: UUID | None


def title_of(kind: str) -> str:
    """What a kind is called; a kind whose app is gone is called by its name."""
    handler = known_kinds().get(kind)
    return handler.title if handler else kind


def rows_of(jobs: Iterable[Job]) -> list[JobRow]:
    """Adds what the parts add up to: one query for all jobs."""
    jobs = list(jobs)
    parts = {
        found["parent_id"]: found
        for found in Job.objects.filter(parent_id__in=[job.pk for job in jobs])
        .values("parent_id")
        .annotate(
            parts=Count("id"),
            ended=Count("id", filter=Q(state=State.SUCCEEDED)),
            done=Sum("progress_done"),
            total=Sum("progress_total"),
        )
    }
    return [_row(job, parts.get(job.pk)) for job in jobs]


def _row(job: Job, parts: Mapping[str, Any] | None) -> JobRow:
    if parts is None or not parts["parts"]:
        percent = job.percent if job.progress_total or not job.is_live else None
        return JobRow(job, title_of(job.kind), percent, 0, 0)
    percent = 100 if job.state == State.SUCCEEDED else min(99, parts["done"] * 100 // max(1, parts["total"]))
    return JobRow(job, title_of(job.kind), percent, parts["ended"], parts["parts"])


def page_of(jobs: QuerySet[Job], *, before: UUID | None) -> JobPage:
    """The next jobs older than `before`: an index range however many rows there are."""
    if before is not None:
        jobs = jobs.filter(pk__lt=before)
    found = list(jobs.select_related("owner").defer("staff_error", "params", "result").order_by("-id")[: PAGE_SIZE + 1])
    more = len(found) > PAGE_SIZE
    return JobPage(rows_of(found[:PAGE_SIZE]), found[PAGE_SIZE - 1].pk if more else None)


def filtered(jobs: QuerySet[Job], *, state: str, text: str) -> QuerySet[Job]:
    """`state` is a state, `live` for all that go on, or empty for all; unknown ones match nothing."""
    if state == "live":
        jobs = jobs.filter(state__in=LIVE)
    elif state:
        jobs = jobs.filter(state=state)
    if text:
        jobs = jobs.filter(Q(kind__icontains=text) | Q(owner__username__iexact=text) | Q(error_code__icontains=text))
    return jobs
