"""How much one person may have running at once. Site settings and, later, tiers answer through this one function."""

from apps.core import site_settings


def setting_of(queue: str) -> str:
    return f"jobs.running_per_person_{queue}"


def running_per_person(queue: str) -> int:
    """Running jobs of one person in `queue`; `Turn.cap` replaces it for one person."""
    return int(site_settings.get(setting_of(queue)))
