"""The items that somebody manages, newest first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import TextField
from django.db.models.functions import Cast

from apps.catalog.access import Viewer
from apps.catalog.enums import State
from apps.catalog.models import Item
from apps.catalog.querysets import ItemQuerySet
from apps.jobs.models import Job
from apps.streaming.work import PUBLISH

PAGE_SIZE = 30
_NEWEST = 2000
MAKING = frozenset({State.PREPARING, State.GROWING})
FILTERS = (
    ("", "All"),
    ("ready", "Ready"),
    ("making", "In the making"),
    ("failed", "Failed"),
    ("hidden", "Not published"),
    ("trash", "Trash"),
)
TONES = {State.PREPARING: "info", State.GROWING: "info", State.READY: "success", State.FAILED: "error"}
ICONS = {
    State.PREPARING: "refresh-cw",
    State.GROWING: "play",
    State.READY: "circle-check",
    State.FAILED: "circle-alert",
}


@dataclass(frozen=True)
class StudioRow:
    """One item as a line; `job` is what prepares it, if something does."""

    item: Item
    job: Job | None

    @property
    def tone(self) -> str:
        return TONES[State(self.item.state)]

    @property
    def icon(self) -> str:
        return ICONS[State(self.item.state)]

    @property
    def follows(self) -> str:
        """The topics that tell of a change to this line."""
        return f"{self.item.topic} job:{self.job.pk}" if self.job else self.item.topic


@dataclass(frozen=True)
class StudioPage:
    rows: Sequence[StudioRow]
    next_before: UUID | None


def page_of(viewer: Viewer, *, state: str, text: str, before: UUID | None) -> StudioPage:
    """Two queries, four for a search. Each reads an index range of about a page's length, however many items there are; a
    search reads the newest two thousand, and where these do not fill the page, what has the words.
    """
    items = _filtered(Item.objects.managed_by(viewer), state)
    if before is not None:
        items = items.filter(pk__lt=before)
    items = items.select_related("owner", "asset").defer("asset__probe", "chapters", "tags")
    found = _searched(items, text) if text else list(items.order_by("-id")[: PAGE_SIZE + 1])
    shown = found[:PAGE_SIZE]
    jobs = _publications([item for item in shown if item.state in MAKING])
    rows = [StudioRow(item, jobs.get(f"catalog.item:{item.pk}")) for item in shown]
    return StudioPage(rows, shown[-1].pk if len(found) > PAGE_SIZE else None)


def _searched(items: ItemQuerySet, text: str) -> list[Item]:
    """PostgreSQL takes every word for a frequent one and would read all items from the newest on until the page is full. So
    frequent words are looked for like that, but not far; rare ones in their own index, which a plain order by the id would
    keep it from.
    """
    edge = items.order_by("-id").values_list("pk", flat=True)[_NEWEST : _NEWEST + 1].first()
    newest = items.filter(pk__gt=edge) if edge else items
    found = list(newest.titled(text).order_by("-id")[: PAGE_SIZE + 1])
    if edge is None or len(found) > PAGE_SIZE:
        return found
    return list(items.titled(text).order_by(Cast("id", TextField()).desc())[: PAGE_SIZE + 1])


def _filtered(items: ItemQuerySet, state: str) -> ItemQuerySet:
    """An unknown state is like nothing."""
    if state == "trash":
        return items.filter(trashed_at__isnull=False)
    items = items.filter(trashed_at=None)
    if state == "making":
        return items.filter(state__in=MAKING)
    if state == "hidden":
        return items.filter(published_at=None)
    if state in {State.READY, State.FAILED}:
        return items.filter(state=state)
    return items if not state else items.none()


def _publications(items: Sequence[Item]) -> Mapping[str, Job]:
    """The live publication of each, by the job's subject."""
    if not items:
        return {}
    subjects = [f"catalog.item:{item.pk}" for item in items]
    jobs = Job.objects.live().roots().filter(kind=PUBLISH, subject__in=subjects)
    return {job.subject: job for job in jobs.defer("params", "result", "staff_error").order_by("id")}
