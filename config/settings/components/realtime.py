"""Limits of sockets and event streams; the reasons are in docs/adr/0004-realtime.md and apps/core/realtime/conf.py."""

from config.env import read_int

REALTIME = {
    "OUTBOX": read_int("BANDSTAND_REALTIME_OUTBOX", 500, minimum=1),
    "REPLAY": read_int("BANDSTAND_REALTIME_REPLAY", 500, minimum=1),
    "TOPICS": read_int("BANDSTAND_REALTIME_TOPICS", 200, minimum=1),
    "CATCH_UP_SECONDS": read_int("BANDSTAND_REALTIME_CATCH_UP_SECONDS", 5, minimum=1),
    "RECHECK_SECONDS": read_int("BANDSTAND_REALTIME_RECHECK_SECONDS", 60, minimum=1),
    "STALL_SECONDS": read_int("BANDSTAND_REALTIME_STALL_SECONDS", 30, minimum=1),
    "LIFETIME_SECONDS": read_int("BANDSTAND_REALTIME_LIFETIME_SECONDS", 12 * 3600, minimum=1),
    "HEARTBEAT_SECONDS": read_int("BANDSTAND_REALTIME_HEARTBEAT_SECONDS", 15, minimum=1),
}
