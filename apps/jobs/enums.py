"""States, priorities and queues of jobs, and the table of allowed moves."""

from django.db import models


class State(models.TextChoices):
    QUEUED = "queued", "Queued"
    RUNNING = "running", "Running"
    WAITING = "waiting", "Waiting for its parts"
    SUCCEEDED = "succeeded", "Done"
    FAILED = "failed", "Failed"
    CANCELLED = "cancelled", "Cancelled"


ENDED = frozenset({State.SUCCEEDED, State.FAILED, State.CANCELLED})
LIVE = frozenset({State.QUEUED, State.RUNNING, State.WAITING})

MOVES: dict[str, frozenset[str]] = {
    State.QUEUED: frozenset({State.RUNNING, State.CANCELLED, State.FAILED}),
    State.RUNNING: frozenset({State.QUEUED, State.WAITING, State.SUCCEEDED, State.FAILED, State.CANCELLED}),
    State.WAITING: frozenset({State.QUEUED, State.CANCELLED, State.FAILED}),
    State.SUCCEEDED: frozenset(),
    State.FAILED: frozenset({State.QUEUED}),
    State.CANCELLED: frozenset({State.QUEUED}),
}


class Priority(models.IntegerChoices):
    """The lower number goes first."""

    HIGH = 10, "High"
    NORMAL = 20, "Normal"
    LOW = 30, "Low"


class Queue(models.TextChoices):
    """What the work needs."""

    DEFAULT = "default", "Short work"
    CPU = "cpu", "Encoding"
    GPU = "gpu", "Graphics card"
    IO = "io", "Network"
