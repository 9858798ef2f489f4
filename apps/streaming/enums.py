"""States of generations, kinds of renditions."""

from django.db import models


class State(models.TextChoices):
    ENCODING = "encoding", "Being encoded"
    PUBLISHED = "published", "Published"
    RETIRED = "retired", "Retired"
    FAILED = "failed", "Failed"


MOVES: dict[str, frozenset[str]] = {
    State.ENCODING: frozenset({State.PUBLISHED, State.FAILED}),
    State.PUBLISHED: frozenset({State.RETIRED}),
    State.RETIRED: frozenset(),
    State.FAILED: frozenset(),
}

# Players that opened a generation may finish with it after the next one was published.
SERVED = frozenset({State.PUBLISHED, State.RETIRED})


class RenditionKind(models.TextChoices):
    VIDEO = "video", "Video"
    AUDIO = "audio", "Audio"
