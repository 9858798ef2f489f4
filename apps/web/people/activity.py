"""The activity, looked through: by person, action, address and time, a page at a time; and as lines of a table."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from ipaddress import ip_address
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import Q
from django.http import QueryDict
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime

from apps.accounts.models import Activity, User
from apps.accounts.querysets import ActivityQuerySet

PAGE_SIZE = 50
AT_ONCE = 1000
MOST_ROWS = 500_000
HEADINGS = ("at", "action", "by", "in the name of", "whom", "address", "program", "request", "details")
_NAMES = ("person", "action", "address", "since", "until")
_PLACE = re.compile(r"(.{1,40})~([0-9]{1,18})\Z")


@dataclass(frozen=True)
class Asked:
    """What the address says, as it was written; dates are days in the time zone of whoever looks, both included."""

    person: str = ""
    action: str = ""
    address: str = ""
    since: str = ""
    until: str = ""
    after: str = ""

    @property
    def filters(self) -> list[str]:
        return [name for name in _NAMES if getattr(self, name)]

    def query(self, after: str = "") -> str:
        pairs = [(name, getattr(self, name)) for name in self.filters]
        return "?" + urlencode(pairs + ([("after", after)] if after else []))


@dataclass(frozen=True)
class Page:
    lines: Sequence[Activity]
    next_address: str


def read_asked(query: QueryDict) -> Asked:
    return Asked(**{name: query.get(name, "").strip()[:80] for name in (*_NAMES, "after")})


def found_by(asked: Asked) -> ActivityQuerySet:
    """The lines, unordered. What cannot be (a person or an address that is none) finds nothing. One query for a name."""
    lines: ActivityQuerySet = Activity.objects.all()
    if asked.person:
        lines = _of(lines, asked.person)
    if asked.action:
        lines = lines.filter(action=asked.action)
    if asked.address:
        lines = _from(lines, asked.address)
    since, until = _day(asked.since), _day(asked.until)
    return lines.within(since, until + timedelta(days=1) if until else None)


def _of(lines: ActivityQuerySet, text: str) -> ActivityQuerySet:
    try:
        person_id: UUID | None = UUID(text)
    except ValueError:
        wanted = User.objects.named(text.removeprefix("@")) | User.objects.filter(email__iexact=text)
        person_id = wanted.values_list("pk", flat=True).first()
    return (
        lines.filter(Q(actor_id=person_id) | Q(subject_id=person_id) | Q(through_id=person_id))
        if person_id
        else lines.none()
    )


def _from(lines: ActivityQuerySet, text: str) -> ActivityQuerySet:
    try:
        return lines.filter(address=str(ip_address(text)))
    except ValueError:
        return lines.none()


def _day(text: str) -> datetime | None:
    """The beginning of a day where whoever looks lives; None for what is no day."""
    try:
        day: date | None = parse_date(text)
    except ValueError:
        return None
    if day is None or not date(1971, 1, 1) <= day <= date(9000, 1, 1):
        return None
    return timezone.make_aware(datetime(day.year, day.month, day.day))  # noqa: DTZ001 - made aware right here


def page_of(asked: Asked) -> Page:
    lines = found_by(asked)
    place = _place(asked.after)
    if place:
        lines = lines.older_than(*place)
    found = list(lines.newest_first()[: PAGE_SIZE + 1])
    shown = found[:PAGE_SIZE]
    return Page(shown, asked.query(place_of(shown[-1])) if len(found) > PAGE_SIZE else "")


def place_of(line: Activity) -> str:
    return f"{line.at.isoformat()}~{line.pk}"


def _place(text: str) -> tuple[datetime, int] | None:
    """A place that is none is the beginning."""
    match = _PLACE.match(text)
    try:
        at = parse_datetime(match[1].replace(" ", "+")) if match else None
    except ValueError:
        return None
    return (at, int(match[2])) if match and at and timezone.is_aware(at) else None


def blocks(lines: ActivityQuerySet) -> Iterator[list[Activity]]:
    """All of them, the newest first, a thousand a query; at most half a million."""
    last: Activity | None = None
    for _ in range(MOST_ROWS // AT_ONCE):
        rest = lines.older_than(last.at, last.pk) if last else lines
        block = list(rest.newest_first()[:AT_ONCE])
        if block:
            yield block
        if len(block) < AT_ONCE:
            return
        last = block[-1]


def row_of(line: Activity) -> list[str]:
    """One line of a table, with nothing in it that a spreadsheet would take for a formula."""
    by, name = (line.through_name, line.actor_name) if line.through_id else (line.actor_name, "")
    details = ", ".join(f"{key}: {value}" for key, value in line.details.items())
    cells = (
        line.at.isoformat(),
        line.action,
        by,
        name,
        line.subject_name,
        line.address,
        line.agent,
        line.request_id,
        details,
    )
    return [safe_cell(str(cell or "")) for cell in cells]


def safe_cell(text: str) -> str:
    """Spreadsheets run what begins with one of these; an apostrophe keeps it a text (OWASP, "CSV injection")."""
    return f"'{text}" if text.lstrip().startswith(("=", "+", "-", "@")) or text.startswith(("\t", "\r", "\n")) else text
