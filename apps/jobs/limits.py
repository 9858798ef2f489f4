"""How much one person may have running at once. Site settings and, later, tiers answer through this one function."""

from apps.jobs import conf


def running_per_person(queue: str) -> int:
    """Running jobs of one person in `queue`; a row in `Turn.cap` replaces it for that person."""
    return conf.RUNNING_PER_PERSON[queue]
