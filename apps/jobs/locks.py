"""The order in which job rows are locked, in one place.

Every transaction that changes jobs locks: the parent, its children by id, the topics of its events, then the turns by
queue and person; the trigger of the change itself locks the express lane and the kind. A claim starts at the other end (a
turn, then one job, the lane, the kind) but never waits for a job row, so the two cannot hold each other up.
"""

from collections.abc import Iterable
from uuid import UUID

from django.db.models import Q

from apps.jobs.models import Job, Turn


def lock_job(job_id: UUID) -> Job | None:
    return Job.objects.select_for_update().filter(pk=job_id).first()


def lock_children(parent_ids: Iterable[UUID]) -> list[Job]:
    return list(Job.objects.select_for_update().filter(parent_id__in=list(parent_ids)).order_by("id"))


def turns_of(jobs: Iterable[Job]) -> list[tuple[str, UUID]]:
    return [(job.queue, job.owner_key) for job in jobs]


def lock_turns(places: Iterable[tuple[str, UUID]]) -> None:
    """Locks the turns of these (queue, person) pairs; those that do not exist yet are made by the trigger."""
    places = set(places)
    if len(places) < 2:
        return
    wanted = Q()
    for queue, owner_key in places:
        wanted |= Q(queue=queue, owner_key=owner_key)
    list(Turn.objects.select_for_update().filter(wanted).order_by("queue", "owner_key").values_list("pk"))
