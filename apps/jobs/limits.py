"""How much one person may have running at once: the site's setting, unless their turn says otherwise.

`Turn.cap` is what staff set for one person, `Turn.tier_cap` what their membership brings (`services/caps.py`); the first of
these that is there holds.
"""

from apps.core import site_settings


def setting_of(queue: str) -> str:
    return f"jobs.running_per_person_{queue}"


def running_per_person(queue: str) -> int:
    """Running jobs of one person in `queue`; `Turn.cap` and `Turn.tier_cap` replace it for one person."""
    return int(site_settings.get(setting_of(queue)))
