"""Limits of the realtime hub. `settings.REALTIME` may replace any of them (see config/settings/components/realtime.py)."""

from dataclasses import dataclass, fields

from django.conf import settings

KEPT_DAYS = 7
TOPIC_KEPT_DAYS = 90
MESSAGE_BYTES = 4096
RECENT_EVENTS = 256
READ_AT_ONCE = 100


@dataclass(frozen=True)
class Limits:
    """Counts and seconds.

    outbox: how many live events may wait for a client whose connection is full before it is closed as too slow.
    replay: how many missed events are sent again; whoever missed more is told to load anew (`resync`).
    """

    outbox: int = 500
    replay: int = 500
    topics: int = 200
    messages_per_second: int = 20
    burst: int = 300
    catch_up_seconds: int = 5
    recheck_seconds: int = 60
    stall_seconds: int = 30
    lifetime_seconds: int = 12 * 3600
    heartbeat_seconds: int = 15


def limits() -> Limits:
    chosen = getattr(settings, "REALTIME", {})
    return Limits(**{name.name: chosen[name.name.upper()] for name in fields(Limits) if name.name.upper() in chosen})
