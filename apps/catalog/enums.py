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


class AudienceKind(models.TextChoices):
    """How a policy says for whom it is (`policy.py`)."""

    PUBLIC = "public", "Everyone"
    SIGNED_IN = "signed_in", "Everyone with an account"
    RANK = "rank", "Members from a rank on"
    TIERS = "tiers", "Members with certain tiers"


class CollectionKind(models.TextChoices):
    ALBUM = "album", "Album"
    BOOK = "book", "Book"
    SERIES = "series", "Series"
    SEASON = "season", "Season"
    PLAYLIST = "playlist", "Playlist"
    BOARD = "board", "Board"


# What items live in, and may inherit a policy from; playlists only refer to items.
HOMES = tuple(kind for kind in CollectionKind if kind != CollectionKind.PLAYLIST)


class CoverOrigin(models.TextChoices):
    """Where an item's picture came from. What a person chose is never replaced by what was found."""

    EMBEDDED = "embedded", "Kept in the file"
    FRAME = "frame", "A moment of the film"
    UPLOADED = "uploaded", "Uploaded"


# States in which players get something.
PLAYS = frozenset({State.GROWING, State.READY})
