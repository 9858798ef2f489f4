"""Calendar months, as those count who take money by the month."""

from calendar import monthrange
from datetime import datetime


def months_later(at: datetime, months: int) -> datetime:
    """The same day so many months later, or the last of that month: a month after the 31st of January ends in February."""
    place = at.year * 12 + at.month - 1 + months
    year, month = divmod(place, 12)
    return at.replace(year=year, month=month + 1, day=min(at.day, monthrange(year, month + 1)[1]))
