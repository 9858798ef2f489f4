"""One per server process: takes what comes over the wire and wakes the lines that follow it.

Everything here runs on the event loop. A feed knows the newest number of its topic and keeps its latest events; each line
keeps its own place in each topic and reads on from there, so that a slow client costs no memory and an event that the wire
lost is simply read from the database. Redis is a hint that there is something new; `catch_up` finds out without it.
"""

import asyncio
import logging
from collections.abc import Mapping
from typing import Any, Protocol
from weakref import WeakKeyDictionary

from django.db import DatabaseError

from apps.core.realtime.conf import READ_AT_ONCE, RECENT_EVENTS, limits
from apps.core.realtime.database import events_after, events_between, in_thread, last_seqs
from apps.core.realtime.listener import Listener

log = logging.getLogger(__name__)
Event = dict[str, Any]


class Follower(Protocol):
    """A line's place in a topic. Both are called from the event loop and must not wait."""

    def notify(self) -> None:
        """There are events after the ones that this follower has seen."""

    def passing(self, message: Mapping[str, Any]) -> None:
        """A state that is not stored."""


class Feed:
    """One topic that somebody here follows."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.last = 0
        self.followers: set[Follower] = set()
        self._recent: dict[int, Event] = {}
        self._reading = asyncio.Lock()

    def keep(self, event: Event) -> None:
        self._recent[event["seq"]] = event
        if len(self._recent) > RECENT_EVENTS:
            del self._recent[min(self._recent)]

    def advance(self, seq: int) -> None:
        """Numbers are given under a lock until commit, so that whoever sees one can read all before it."""
        if seq > self.last:
            self.last = seq
            for follower in tuple(self.followers):
                follower.notify()

    async def after(self, seq: int) -> list[Event]:
        """The next events after `seq`, oldest first, up to 100: from memory, else one query for all who wait for it."""
        if seq + 1 not in self._recent:
            async with self._reading:
                if seq + 1 not in self._recent:
                    events = await in_thread(events_after, self.name, seq, READ_AT_ONCE)
                    for event in events:
                        self.keep(event)
                    return events
        found: list[Event] = []
        while (seq := seq + 1) in self._recent and len(found) < READ_AT_ONCE:
            found.append(self._recent[seq])
        return found


class Switchboard:
    def __init__(self) -> None:
        self.feeds: dict[str, Feed] = {}
        self._lines = 0
        self._listener: Listener | None = None
        self._catching_up: asyncio.Task[None] | None = None

    def open_line(self) -> None:
        self._lines += 1
        if self._listener is None:
            self._listener = Listener(self.receive, self.catch_up)
            self._listener.start()
            self._catching_up = asyncio.create_task(self._keep_catching_up(), name="realtime catch-up")

    def close_line(self) -> None:
        """The last one out switches off the light: no connection to Redis is kept for nobody."""
        self._lines -= 1
        if self._lines == 0 and self._listener and self._catching_up:
            self._listener.stop()
            self._catching_up.cancel()
            self._listener = self._catching_up = None

    def follow(self, name: str, follower: Follower) -> Feed:
        feed = self.feeds.setdefault(name, Feed(name))
        feed.followers.add(follower)
        return feed

    def leave(self, feed: Feed, follower: Follower) -> None:
        feed.followers.discard(follower)
        if not feed.followers and self.feeds.get(feed.name) is feed:
            del self.feeds[feed.name]

    def receive(self, message: Mapping[str, Any]) -> None:
        """One message of the wire: `{"topic", "event": {seq, …}}` or `{"topic", "push": {type, …}}`."""
        feed = self.feeds.get(message["topic"])
        if feed is None:
            return
        if "event" in message:
            feed.keep(message["event"])
            feed.advance(message["event"]["seq"])
        else:
            for follower in tuple(feed.followers):
                follower.passing(message["push"])

    async def catch_up(self) -> None:
        """Finds what the wire lost: one query for the newest numbers, a second one only if something is missing."""
        feeds = dict(self.feeds)
        newest = await in_thread(last_seqs, feeds)
        behind = {name: (feeds[name].last, seq) for name, seq in newest.items() if seq > feeds[name].last}
        near = {name: place for name, place in behind.items() if place[1] - place[0] <= READ_AT_ONCE}
        if near:
            for name, event in await in_thread(events_between, dict(list(near.items())[:READ_AT_ONCE]), 10_000):
                feeds[name].keep(event)
        for name, (_, seq) in behind.items():
            feeds[name].advance(seq)

    async def _keep_catching_up(self) -> None:
        while True:
            await asyncio.sleep(limits().catch_up_seconds)
            try:
                await self.catch_up()
            except DatabaseError as error:
                log.warning("The database cannot be asked for events: %s", error)


_boards: WeakKeyDictionary[asyncio.AbstractEventLoop, Switchboard] = WeakKeyDictionary()


def switchboard() -> Switchboard:
    """The board of the running event loop."""
    return _boards.setdefault(asyncio.get_running_loop(), Switchboard())
