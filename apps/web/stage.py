"""What stands where an item's picture is: the player, or the reason why there is none (yet)."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from apps.catalog.access import Decision, Viewer, decide
from apps.catalog.enums import PLAYS, State
from apps.catalog.models import Item
from apps.jobs.models import Job
from apps.streaming.work import PUBLISH
from apps.web.lock import Lock, lock_of

LISTENED_TO = frozenset({"track", "chapter", "episode", "clip", "sample"})


class Scene(StrEnum):
    LOCKED = "locked"
    PREVIEW = "preview"
    PREPARING = "preparing"
    FAILED = "failed"
    PLAYER = "player"


@dataclass(frozen=True)
class Stage:
    """`job` is what prepares the item, where there is one; `own` whether the viewer may read why it failed; `lock` what
    opens it, of what is locked.
    """

    scene: Scene
    decision: Decision
    job: Job | None = None
    own: bool = False
    sound_only: bool = False
    lock: Lock | None = None


def stage_of(viewer: Viewer, item: Item, now: datetime) -> Stage | None:
    """The item's stage for a viewer; None for what the viewer must not know of."""
    decision = decide(viewer, item.subject, now)
    if not decision.visible:
        return None
    sound_only = item.kind in LISTENED_TO
    if not decision.allowed:
        scene = Scene.PREVIEW if decision.plays and item.state in PLAYS else Scene.LOCKED
        return Stage(scene, decision, sound_only=sound_only, lock=lock_of(viewer, decision, now))
    own = decision.own
    if item.state in PLAYS:
        job = _job_for(item) if item.state == State.GROWING else None
        return Stage(Scene.PLAYER, decision, job=job, own=own, sound_only=sound_only)
    if item.state == State.FAILED:
        return Stage(Scene.FAILED, decision, own=own)
    return Stage(Scene.PREPARING, decision, job=_job_for(item), own=own)


def _job_for(item: Item) -> Job | None:
    """The newest publication of the item: its parts' progress is counted into it."""
    return Job.objects.filter(kind=PUBLISH, subject=f"catalog.item:{item.pk}", parent=None).order_by("-id").first()
