"""States of generations, kinds of renditions."""

from django.db import models


class State(models.TextChoices):
    ENCODING = "encoding", "Being encoded"
    GROWING = "growing", "Plays already, still being encoded"
    PUBLISHED = "published", "Published"
    RETIRED = "retired", "Retired"
    COLLECTED = "collected", "Files removed"
    FAILED = "failed", "Failed"


MOVES: dict[str, frozenset[str]] = {
    State.ENCODING: frozenset({State.GROWING, State.PUBLISHED, State.FAILED}),
    State.GROWING: frozenset({State.PUBLISHED, State.FAILED}),
    State.PUBLISHED: frozenset({State.RETIRED}),
    State.RETIRED: frozenset({State.COLLECTED}),
    State.FAILED: frozenset({State.COLLECTED}),
    State.COLLECTED: frozenset(),
}

# Work goes on; parts are committed.
OPEN = frozenset({State.ENCODING, State.GROWING})
# Complete, and not to be removed yet: these may be moved to another storage.
MOVABLE = frozenset({State.PUBLISHED, State.RETIRED})
# Players that opened a generation may finish with it after the next one was published.
SERVED = frozenset({State.GROWING, State.PUBLISHED, State.RETIRED})


class Offer(models.IntegerChoices):
    """What the master playlist of an open generation lists."""

    NOTHING = 0, "Nothing yet"
    LEAD = 1, "The lowest rung"
    ALL = 2, "All rungs"


class RenditionKind(models.TextChoices):
    VIDEO = "video", "Video"
    AUDIO = "audio", "Audio"
    TEXT = "text", "Text"
