"""All that the studio's page of one item shows."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q, QuerySet, Sum

from apps.catalog.access import Viewer
from apps.catalog.models import Item
from apps.catalog.permissions import can_edit_item, can_trash_item
from apps.core.flags import Flag
from apps.jobs.enums import State as JobState
from apps.jobs.models import Job
from apps.jobs.pages import JobRow, rows_of
from apps.media.models import Loudness
from apps.streaming.enums import State
from apps.streaming.permissions import can_encode_item
from apps.streaming.services.tend import publication_of
from apps.streaming.work import PUBLISH
from apps.web.studio.chunks import ChunkMap, chunk_map_of
from apps.web.studio.facts import Fact, facts_of
from apps.web.studio.streams import GenerationRow, generations_of

_MOST_OTHERS = 10
_MOST_FAILED = 20


@dataclass(frozen=True)
class Works:
    """The live part. `speed` is in seconds of media per second, over all pieces that are encoded now; `failed` are parts
    of the last publication that did. `staff`: whether what only staff may read is shown."""

    item: Item
    publication: JobRow | None
    speed: float | None
    failed: Sequence[Job]
    chunks: ChunkMap | None
    generations: Sequence[GenerationRow]
    others: Sequence[JobRow]
    staff: bool
    may_encode: bool
    may_stop: bool
    may_retry: bool
    plays: bool
    renewable: bool

    @property
    def follows(self) -> str:
        """The topics that tell of a change to any of this."""
        jobs = [row.job for row in (self.publication, *self.others) if row and row.job.is_live]
        return " ".join([self.item.topic, *(f"job:{job.pk}" for job in jobs)])

    @property
    def busy(self) -> bool:
        return self.may_stop or any(row.open for row in self.generations)


@dataclass(frozen=True)
class Sheet:
    works: Works
    facts: Sequence[Fact]
    may_edit: bool
    may_trash: bool


def sheet_of(viewer: Viewer, item: Item) -> Sheet:
    loudness = Loudness.objects.filter(asset=item.asset_id).first() if item.asset_id else None
    return Sheet(
        works=works_of(viewer, item),
        facts=facts_of(item, loudness),
        may_edit=can_edit_item(viewer, item),
        may_trash=can_trash_item(viewer, item),
    )


def works_of(viewer: Viewer, item: Item) -> Works:
    """About ten queries, however many pieces and attempts there were."""
    may_encode = can_encode_item(viewer, item) and item.trashed_at is None
    job = publication_of(item)
    generations = generations_of(item.pk, may_encode=may_encode)
    shown = next((row for row in generations if row.open), None)
    shown = shown or next((row for row in generations if row.generation.state == State.PUBLISHED), None)
    rungs = [row.rendition for row in shown.rungs] if shown else []
    live = job is not None and job.is_live
    return Works(
        item=item,
        publication=rows_of([job])[0] if job else None,
        speed=_speed(job) if job and live else None,
        failed=list(_failed_parts(job)) if job and job.state == JobState.FAILED else [],
        chunks=chunk_map_of(shown.generation, rungs, job) if shown else None,
        generations=generations,
        others=rows_of(_others(item)),
        staff=Flag.OPERATE in viewer.flags,
        may_encode=may_encode,
        may_stop=may_encode and live and job is not None and job.cancel_requested_at is None,
        may_retry=may_encode and job is not None and job.state in {JobState.FAILED, JobState.CANCELLED},
        plays=any(row.generation.state == State.PUBLISHED for row in generations),
        renewable=any(rung.renewable for row in generations for rung in row.rungs),
    )


def _speed(job: Job) -> float | None:
    found: float | None = job.children.filter(state=JobState.RUNNING).aggregate(speed=Sum("rate"))["speed"]
    return found


def _failed_parts(job: Job) -> QuerySet[Job]:
    return job.children.filter(state=JobState.FAILED).defer("result").order_by("id")[:_MOST_FAILED]


def _others(item: Item) -> QuerySet[Job]:
    """What goes on beside the streams, or went wrong there."""
    about = [f"catalog.item:{item.pk}"] + ([f"media.asset:{item.asset_id}"] if item.asset_id else [])
    jobs = Job.objects.roots().filter(subject__in=about).exclude(kind=PUBLISH)
    jobs = jobs.filter(Q(state=JobState.FAILED) | Q(ended_at=None)).select_related("owner")
    return jobs.defer("staff_error", "params", "result").order_by("-id")[:_MOST_OTHERS]
