"""How often one caller may do one thing: counted in fixed windows, shared by all processes, felt as 429 with Retry-After.

An app declares its actions in `AppConfig.ready()`; each becomes one or two site settings (0: no limit):

    rates.register(Action("playback", "Opening streams", seconds=60, people=240, visitors=120))
    rates.check("playback", rates.caller_of(request))

Counts live in the cache. While Redis is away they live in the database, so that a limit holds there too. Windows of
different callers begin at different seconds, so that those who were told to wait do not all come back at once.
"""

import hashlib
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from math import ceil

from django.conf import settings
from django.core.cache import caches
from django.db import connection
from django.db.models.functions import Now
from django.http import HttpRequest

from apps.core import site_settings
from apps.core.addresses import network_of_client
from apps.core.cache import ForgivingRedisCache
from apps.core.errors import TooMany
from apps.core.models import RateWindow
from apps.core.site_settings import Kind, Spec

_GROUP = "Limits of requests"
_MOST = 1_000_000
_UNITS = {60: "a minute", 3600: "an hour"}

_COUNT = """
INSERT INTO core_ratewindow (key, ends_at, count) VALUES (%s, %s, 1)
ON CONFLICT (key) DO UPDATE SET
  count = CASE WHEN core_ratewindow.ends_at = EXCLUDED.ends_at THEN core_ratewindow.count + 1 ELSE 1 END,
  ends_at = EXCLUDED.ends_at
RETURNING count
"""


@dataclass(frozen=True)
class Action:
    """`people` and `visitors` are how often in `seconds`: for one person or token, and for one address of visitors.

    None: this action is not counted for them. `whom` says whom visitors are counted by, where that is no address.
    """

    name: str
    title: str
    seconds: int
    people: int | None
    visitors: int | None
    whom: str = ""


@dataclass(frozen=True)
class Caller:
    """Who is counted: a person, one of their tokens, or the network that a visitor comes from."""

    key: str
    visitor: bool


_actions: dict[str, Action] = {}


def register(*actions: Action) -> None:
    for action in actions:
        _actions[action.name] = action
        for visitor, default in ((False, action.people), (True, action.visitors)):
            if default is not None:
                site_settings.register(_spec(action, default, visitor=visitor))


def setting_of(action: str, *, visitor: bool) -> str:
    return f"rates.{action}_{'visitor' if visitor else 'person'}"


def _spec(action: Action, default: int, *, visitor: bool) -> Spec:
    who = (action.whom or "from one address, not signed in") if visitor else "by one person"
    title = f"{action.title} {who}, {_UNITS[action.seconds]}"
    key = setting_of(action.name, visitor=visitor)
    return Spec(key, Kind.WHOLE, default, title=title, group=_GROUP, help="0: no limit.", minimum=0, maximum=_MOST)


def caller_of(request: HttpRequest, *, token_id: object = None) -> Caller:
    """The token that speaks, else the signed-in person, else the address."""
    if token_id is not None:
        return Caller(f"token:{token_id}", visitor=False)
    person = getattr(request, "user", None)
    if getattr(person, "is_authenticated", False):
        return Caller(f"person:{person.pk}", visitor=False)  # type: ignore[union-attr]
    return Caller(f"address:{network_of_client(request)}", visitor=True)


def check(action: str, caller: Caller, *, now: float | None = None) -> None:
    """Counts one more and raises TooMany, with the seconds to wait, where that is beyond the limit.

    Costs one round trip to Redis; nothing where there is no limit.
    """
    known = _actions[action]
    limit = _limit(known, caller)
    if not limit:
        return
    now = _now() if now is None else now
    key = hashlib.sha256(f"{action}:{caller.key}".encode()).hexdigest()[:40]
    ends_at = _end_of_window(key, known.seconds, now)
    if _count(key, ends_at, known.seconds) > limit:
        raise TooMany(retry_after_s=max(1, ceil(ends_at - now)))


def _now() -> float:
    return time.time()


def _limit(action: Action, caller: Caller) -> int:
    default = action.visitors if caller.visitor else action.people
    if default is None or not settings.RATES_ON:
        return 0
    return int(site_settings.get(setting_of(action.name, visitor=caller.visitor)))


def _end_of_window(key: str, seconds: int, now: float) -> int:
    shift = int(key[:8], 16) % seconds
    return int((now + shift) // seconds + 1) * seconds - shift


def _count(key: str, ends_at: int, seconds: int) -> int:
    cache = caches["default"]
    if isinstance(cache, ForgivingRedisCache):
        counted = cache.count(f"rate:{key}:{ends_at}", timeout=seconds + 1)
        if counted is not None:
            return counted
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, [key, datetime.fromtimestamp(ends_at, UTC)])
        return int(cursor.fetchone()[0])


def purge() -> None:
    """Forgets windows that are over; there are none unless Redis was away."""
    RateWindow.objects.filter(ends_at__lt=Now()).delete()
