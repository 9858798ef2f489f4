"""What items are, where they came from, and who they are for."""

from django.db import models


class Kind(models.TextChoices):
    TRACK = "track", "Track"
    CHAPTER = "chapter", "Chapter"
    EPISODE = "episode", "Episode"
    VIDEO = "video", "Video"
    MOVIE = "movie", "Movie"
    CLIP = "clip", "Clip"
    SAMPLE = "sample", "Sample"
    CHANNEL = "channel", "Channel"


# What a file of pictures, and a file of sound alone, can be; the first of each is what it is unless somebody says otherwise.
SEEN = (Kind.VIDEO, Kind.MOVIE, Kind.EPISODE, Kind.CLIP)
HEARD = (Kind.TRACK, Kind.SAMPLE, Kind.CLIP, Kind.EPISODE, Kind.CHAPTER)


class Origin(models.TextChoices):
    UPLOADED = "uploaded", "Uploaded"
    NARRATED = "narrated", "Narrated"
    EXTRACTED = "extracted", "Extracted"
    IMPORTED = "imported", "Imported"
    SCANNED = "scanned", "Scanned"


class State(models.TextChoices):
    """Whether an item can be played at all; who may play it is another question (`access.py`)."""

    PREPARING = "preparing", "Being prepared"
    GROWING = "growing", "Plays already, still being prepared"
    READY = "ready", "Ready"
    FAILED = "failed", "Failed"


MOVES: dict[str, frozenset[str]] = {
    State.PREPARING: frozenset({State.GROWING, State.READY, State.FAILED}),
    State.GROWING: frozenset({State.READY, State.PREPARING, State.FAILED}),
    State.READY: frozenset(),
    State.FAILED: frozenset({State.PREPARING, State.READY}),
}


class Policy(models.TextChoices):
    """Who may play an item. Tiers, by rank or by set, join here."""

    PUBLIC = "public", "Everyone"
    SIGNED_IN = "signed_in", "Everyone with an account"


class CoverOrigin(models.TextChoices):
    """Where an item's picture came from. What a person chose is never replaced by what was found."""

    EMBEDDED = "embedded", "Kept in the file"
    FRAME = "frame", "A moment of the film"
    UPLOADED = "uploaded", "Uploaded"


# States in which players get something.
PLAYS = frozenset({State.GROWING, State.READY})
