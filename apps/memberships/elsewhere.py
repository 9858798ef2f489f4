"""Words for what happens where memberships are paid for."""

from django.db import models


class Provider(models.TextChoices):
    PATREON = "patreon", "Patreon"
    KOFI = "kofi", "Ko-fi"


class Link(models.TextChoices):
    """How a campaign stands to this site. A lost one is read no more until somebody connects it again."""

    CONNECTED = "connected", "Connected"
    LOST = "lost", "Connection lost"
    ENDED = "ended", "Disconnected"


class Verdict(models.TextChoices):
    """What the last look at a member said of their right to a tier."""

    ENTITLED = "entitled", "Paid"
    BLANK = "blank", "Being charged"
    LAPSING = "lapsing", "Paid, not renewed"
    UNMAPPED = "unmapped", "Of a tier that means nothing here yet"
    ENDED = "ended", "Ended"
    NOTHING = "nothing", "Not paying"


class Cause(models.TextChoices):
    CLOCK = "clock", "By the clock"
    DEMAND = "demand", "Somebody asked"
    CONNECTED = "connected", "Just connected"
    WEBHOOK = "webhook", "Webhooks had been paused"


class RunState(models.TextChoices):
    RUNNING = "running", "Running"
    DONE = "done", "Done"
    FAILED = "failed", "Failed"


RUN_MOVES: dict[str, frozenset[str]] = {
    RunState.RUNNING: frozenset({RunState.DONE, RunState.FAILED}),
    RunState.DONE: frozenset(),
    RunState.FAILED: frozenset(),
}


class DeliveryState(models.TextChoices):
    WAITING = "waiting", "Waiting"
    DONE = "done", "Done"
    IGNORED = "ignored", "Nothing to do"
    FAILED = "failed", "Failed"


DELIVERY_MOVES: dict[str, frozenset[str]] = {
    DeliveryState.WAITING: frozenset({DeliveryState.DONE, DeliveryState.IGNORED, DeliveryState.FAILED}),
    DeliveryState.DONE: frozenset({DeliveryState.WAITING}),
    DeliveryState.IGNORED: frozenset({DeliveryState.WAITING}),
    DeliveryState.FAILED: frozenset({DeliveryState.WAITING}),
}
