"""The rows that own the work. What moves them is in `claims.py`, `attempts.py` and `services/`."""

from typing import ClassVar
from uuid import UUID

from django.conf import settings
from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Coalesce, Now

from apps.core.models import Base
from apps.jobs.enums import ENDED, Priority, Queue, State
from apps.jobs.querysets import JobQuerySet

SITE = UUID(int=0)  # stands for "nobody's": the site's own work


class _ByTheDatabase(Base):
    """Its instants are the database's: machines that disagree about the time compare them."""

    created_at = models.DateTimeField(db_default=Now(), editable=False)
    updated_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        abstract = True


class Job(_ByTheDatabase):
    """One piece of background work. Written only through conditional updates (see `apps.core.state`)."""

    kind = models.CharField(max_length=80)
    queue = models.CharField(max_length=16, choices=Queue.choices)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="jobs", db_index=False
    )
    owner_key = models.GeneratedField(
        expression=Coalesce("owner_id", Value(SITE, output_field=models.UUIDField())),
        output_field=models.UUIDField(),
        db_persist=True,
    )
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.CASCADE, related_name="children")
    priority = models.PositiveSmallIntegerField(choices=Priority.choices, default=Priority.NORMAL)
    express = models.BooleanField(default=False, help_text="Goes on the express turn, beside the ladder of turns.")
    state = models.CharField(max_length=12, choices=State.choices, default=State.QUEUED)
    run_after = models.DateTimeField(db_default=Now())

    params = models.JSONField(default=dict)
    result = models.JSONField(null=True, blank=True)
    idempotency_key = models.CharField(max_length=200, null=True, blank=True, unique=True)
    subject = models.CharField(max_length=80, blank=True, help_text="What it is about, as <app>.<model>:<id>.")

    request_id = models.CharField(
        max_length=64, blank=True, db_default="", help_text="The request that asked for it, as the logs name it."
    )

    stage = models.CharField(max_length=80, blank=True)
    progress_done = models.BigIntegerField(default=0)
    progress_total = models.BigIntegerField(default=0)
    rate = models.FloatField(null=True, blank=True)
    note = models.CharField(max_length=200, blank=True)

    attempt = models.PositiveSmallIntegerField(default=0)
    max_attempts = models.PositiveSmallIntegerField(default=4)
    lease_epoch = models.PositiveIntegerField(default=0)
    lease_until = models.DateTimeField(null=True, blank=True)
    worker = models.CharField(max_length=120, blank=True)
    children_open = models.PositiveIntegerField(default=0)
    cancel_requested_at = models.DateTimeField(null=True, blank=True)

    error_code = models.CharField(max_length=60, blank=True)
    error_message = models.CharField(max_length=500, blank=True)
    staff_error = models.TextField(blank=True)

    started_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["queue", "owner_key", "priority", "id"],
                name="job_ready",
                condition=Q(state=State.QUEUED, express=False),
            ),
            models.Index(
                fields=["queue", "owner_key", "id"], name="job_express", condition=Q(state=State.QUEUED, express=True)
            ),
            models.Index(fields=["lease_until"], name="job_leased", condition=Q(state=State.RUNNING)),
            models.Index(fields=["owner", "-id"], name="job_mine"),
            models.Index(fields=["state", "-id"], name="job_root_state", condition=Q(parent=None)),
            models.Index(fields=["subject", "-id"], name="job_subject", condition=~Q(subject="")),
            models.Index(fields=["ended_at"], name="job_ended", condition=Q(ended_at__isnull=False)),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(state__in=State.values), name="job_state_known"),
            models.CheckConstraint(
                condition=(Q(state=State.RUNNING) & Q(lease_until__isnull=False))
                | (~Q(state=State.RUNNING) & Q(lease_until__isnull=True)),
                name="job_lease_while_running",
            ),
            models.CheckConstraint(
                condition=Q(state__in=ENDED, ended_at__isnull=False) | (~Q(state__in=ENDED) & Q(ended_at__isnull=True)),
                name="job_ended_at_when_ended",
            ),
            models.CheckConstraint(condition=Q(attempt__lte=F("max_attempts")), name="job_attempts_bounded"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.id}"

    @property
    def is_live(self) -> bool:
        return self.state not in ENDED

    @property
    def percent(self) -> int:
        """0 to 100, rounded down, so that 100 means done."""
        if self.state == State.SUCCEEDED:
            return 100
        return min(99, self.progress_done * 100 // self.progress_total) if self.progress_total else 0


class JobStep(models.Model):
    """The stored result of a finished step: a second attempt reads it instead of working again."""

    job = models.ForeignKey(Job, on_delete=models.CASCADE, related_name="steps", db_index=False)
    name = models.CharField(max_length=80)
    epoch = models.PositiveIntegerField()
    result = models.JSONField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["job", "name"], name="jobstep_once")]

    def __str__(self) -> str:
        return self.name


class JobEvent(models.Model):
    """What happened to a job, in order. Only ever added to; kept 30 days."""

    job = models.ForeignKey(Job, on_delete=models.CASCADE, related_name="events", db_index=False)
    at = models.DateTimeField(db_default=Now())
    type = models.CharField(max_length=30)
    epoch = models.PositiveIntegerField(default=0)
    detail = models.JSONField(default=dict, blank=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["job", "id"], name="jobevent_of_job"),
            models.Index(fields=["at"], name="jobevent_age"),
        ]

    def __str__(self) -> str:
        return self.type


class Turn(models.Model):
    """One person's place in the ladder of turns of one queue.

    The counts follow the job rows by a trigger (`migrations/0002_claims.py`), so that nothing which changes a job can
    forget them. `last_turn` is the number of the last turn (0: never), so that whoever waited longest goes first.
    """

    queue = models.CharField(max_length=16)
    owner_key = models.UUIDField(help_text="The person's id; all zeros for the site's own work.")
    queued = models.IntegerField(db_default=0)
    queued_express = models.IntegerField(db_default=0)
    running = models.IntegerField(db_default=0)
    last_turn = models.BigIntegerField(db_default=0)
    last_express_turn = models.BigIntegerField(db_default=0)
    cap = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="How many jobs at once. Empty: the site's setting."
    )
    tier_cap = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="What their membership brings; a cap goes before it."
    )

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["queue", "owner_key"], name="turn_once"),
            models.CheckConstraint(
                condition=Q(queued__gte=0, queued_express__gte=0, running__gte=0), name="turn_counts_not_negative"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["queue", "last_turn"], name="turn_next", condition=Q(queued__gt=0)),
            models.Index(
                fields=["queue", "last_express_turn"], name="turn_next_express", condition=Q(queued_express__gt=0)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.queue}: {self.owner_key}"


class ExpressLane(models.Model):
    """The express turn of one queue: few jobs at a time, and never twice in a row while the ladder waits."""

    queue = models.CharField(max_length=16, primary_key=True)
    running = models.IntegerField(db_default=0)
    cap = models.PositiveSmallIntegerField(db_default=1, help_text="How many express jobs may run at once.")
    yields = models.BooleanField(db_default=False, help_text="The last claim was express: the ladder is next.")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(running__gte=0), name="expresslane_count_not_negative")
        ]

    def __str__(self) -> str:
        return self.queue


class KindLoad(models.Model):
    """How many jobs of a kind may run at once. A trigger keeps as many slots as the cap says."""

    kind = models.CharField(max_length=80, primary_key=True)
    cap = models.PositiveIntegerField(null=True, blank=True, help_text="How many may run at once; empty: no limit.")

    def __str__(self) -> str:
        return self.kind


class KindSlot(models.Model):
    """One of the places of a capped kind, and the job that has it. Slots instead of a count: nobody waits for a row."""

    kind = models.CharField(max_length=80)
    number = models.PositiveIntegerField()
    job_id = models.UUIDField(null=True, unique=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["kind", "number"], name="kindslot_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.number}"


class Worker(models.Model):
    """A worker process that reported itself. `manage.py doctor` and `/readyz` ask for those seen lately."""

    name = models.CharField(max_length=120, primary_key=True)
    host = models.CharField(max_length=120)
    queues = models.JSONField(default=list)
    slots = models.PositiveSmallIntegerField(default=1)
    busy = models.PositiveSmallIntegerField(default=0)
    started_at = models.DateTimeField(db_default=Now())
    seen_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return self.name


class SlotLease(models.Model):
    """A lease of something scarce inside a job (`ctx.slot`). It lives as long as its job's lease is renewed."""

    resource = models.CharField(max_length=80)
    job = models.ForeignKey(Job, on_delete=models.CASCADE, related_name="slots")
    epoch = models.PositiveIntegerField()
    owner_id = models.UUIDField(null=True, blank=True)
    lease_until = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["resource", "lease_until"], name="slotlease_open")]

    def __str__(self) -> str:
        return self.resource


class Alert(_ByTheDatabase):
    """Something staff should know. Sent to the alert webhook at most once per cool-down and subject."""

    event = models.CharField(max_length=60)
    subject = models.CharField(max_length=120, blank=True)
    details = models.JSONField(default=dict, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["event", "subject", "-created_at"], name="alert_last")]

    def __str__(self) -> str:
        return self.event
