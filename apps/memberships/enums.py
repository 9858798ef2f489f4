"""Where grants come from, and how they change."""

from django.db import models


class Source(models.TextChoices):
    PATREON = "patreon", "Patreon"
    KOFI = "kofi", "Ko-fi"
    STAFF = "staff", "Given by staff"
    GIFT = "gift", "Gift"
    TRIAL = "trial", "Trial"


class State(models.TextChoices):
    """What people decide about a grant. Whether it counts at an instant is a question of its dates as well."""

    ACTIVE = "active", "Active"
    PAUSED = "paused", "Paused"
    REVOKED = "revoked", "Revoked"


MOVES: dict[str, frozenset[str]] = {
    State.ACTIVE: frozenset({State.PAUSED, State.REVOKED}),
    State.PAUSED: frozenset({State.ACTIVE, State.REVOKED}),
    State.REVOKED: frozenset({State.ACTIVE}),
}
