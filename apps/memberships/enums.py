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

# These are renewed by somebody else's clock: that one ends soon says nothing.
RENEWED_ELSEWHERE = (Source.PATREON, Source.KOFI)
# What people and scripts of this site may give; the others belong to what reads them from elsewhere.
GIVEN_HERE = (Source.STAFF,)


class GiftState(models.TextChoices):
    OPEN = "open", "Waits to be claimed"
    CLAIMED = "claimed", "Claimed"
    WITHDRAWN = "withdrawn", "Withdrawn"
    EXPIRED = "expired", "Nobody claimed it in time"


GIFT_MOVES: dict[str, frozenset[str]] = {
    GiftState.OPEN: frozenset({GiftState.CLAIMED, GiftState.WITHDRAWN, GiftState.EXPIRED}),
    GiftState.CLAIMED: frozenset(),
    GiftState.WITHDRAWN: frozenset(),
    GiftState.EXPIRED: frozenset(),
}


class Change(models.TextChoices):
    """What became of a member when their tiers changed."""

    NEW = "new", "New"
    CHANGED = "changed", "Changed"
    LOST = "lost", "Lost"
