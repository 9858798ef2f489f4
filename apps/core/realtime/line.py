"""One client's line into the hub, the same for sockets and event streams.

`messages()` is read by whoever writes to the client, one message at a time: as long as they do not come back for more,
nothing is read from the database and nothing piles up. Durable events come in the order of their topic without a gap or
a repeat; of passing states only the latest of each type is kept.
"""

import asyncio
import time
from collections import deque
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Any

from apps.core.realtime.conf import Limits
from apps.core.realtime.database import in_thread, last_seqs
from apps.core.realtime.switchboard import Feed, Switchboard
from apps.core.realtime.viewers import Viewer, decide, look_again

Message = dict[str, Any]

# After an event of such a type every line that got it is asked again whether it may: who may follow has changed.
ASKED_AGAIN = (".access", ".trashed")


class LineOver(Exception):
    """The line has been open for its lifetime; the client comes back with a new one."""


class Place:
    """Where a line is in one topic. `topic` is the client's word for it (`me`), `cursor` the last number it was sent."""

    def __init__(self, line: "Line", topic: str, name: str) -> None:
        self.line = line
        self.topic = topic
        self.cursor: int | None = None
        self.feed: Feed = line.board.follow(name, self)

    def notify(self) -> None:
        if self.cursor is not None:
            self.line.wake(self)

    def passing(self, message: Mapping[str, Any]) -> None:
        if self.cursor is not None:
            self.line.pass_on(self.topic, message)

    def leave(self) -> None:
        self.line.board.leave(self.feed, self)


class Watch:
    """Follows the person's own `authz` topic, so that a change of what they may see is felt at once."""

    def __init__(self, line: "Line", name: str) -> None:
        self.line = line
        self.feed = line.board.follow(name, self)

    def notify(self) -> None:
        self.line.look_again_soon()

    def passing(self, message: Mapping[str, Any]) -> None:
        """Nothing passing is sent there."""


@dataclass(frozen=True)
class Wish:
    topic: str
    since: int | None


class Line:
    def __init__(self, board: Switchboard, viewer: Viewer, limits: Limits) -> None:
        self.board, self.viewer, self.limits = board, viewer, limits
        self.behind = 0  # live events that wait for the client
        self._places: dict[str, Place] = {}
        self._wishes: deque[Wish] = deque()
        self._replies: deque[Message] = deque()
        self._unread: dict[Place, None] = {}
        self._passing: dict[tuple[str, str], Message] = {}
        self._awake = asyncio.Event()
        self._opened = time.monotonic()
        self._look_again_at = self._opened + limits.recheck_seconds
        self._closed = False
        board.open_line()
        self._watch = Watch(self, f"authz:{viewer.person.pk}") if viewer.signed_in else None

    # Called from the event loop; none of these waits.

    def follow(self, topic: str, since: int | None) -> None:
        """Asks for a topic; the answer comes among the messages."""
        if topic not in self._places and len(self._places) + len(self._wishes) >= self.limits.topics:
            self._refuse(topic, "too_many")
        else:
            self._wishes.append(Wish(topic, since))
            self._awake.set()

    def unfollow(self, topic: str) -> None:
        self._wishes = deque(wish for wish in self._wishes if wish.topic != topic)
        self._drop(topic)

    def reply(self, message: Message) -> None:
        self._replies.append(message)
        self._awake.set()

    def wake(self, place: Place) -> None:
        self._unread[place] = None
        self.behind += 1
        self._awake.set()

    def pass_on(self, topic: str, message: Mapping[str, Any]) -> None:
        self._passing[(topic, str(message["type"]))] = {**message, "topic": topic}
        self._awake.set()

    def look_again_soon(self) -> None:
        self._look_again_at = 0
        self._awake.set()

    def close(self) -> None:
        """Frees everything; may be called twice."""
        if self._closed:
            return
        self._closed = True
        for topic in tuple(self._places):
            self._drop(topic)
        if self._watch:
            self.board.leave(self._watch.feed, self._watch)
        self.board.close_line()

    def _drop(self, topic: str) -> None:
        place = self._places.pop(topic, None)
        if place is None:
            return
        place.leave()
        self._unread.pop(place, None)
        for key in [key for key in self._passing if key[0] == topic]:
            del self._passing[key]

    # What the client gets.

    async def messages(self) -> AsyncIterator[Message | None]:
        """Forever; None is a heartbeat. Raises SignedOut, LineOver, or DatabaseError when the database is away."""
        await self._learn_watch()
        while True:
            self._awake.clear()
            await self._mind_the_time()
            while self._replies:
                yield self._replies.popleft()
            if self._wishes:
                await self._grant(self._wishes.popleft())
                continue  # the answer goes before the topic's events
            if self._unread:
                async for event in self._read(next(iter(self._unread))):
                    yield event
            while self._passing:
                yield self._passing.pop(next(iter(self._passing)))
            if not self._unread and not await self._something_new():
                yield None

    async def _something_new(self) -> bool:
        """Waits; False after a heartbeat's time."""
        if not self._awake.is_set():
            self.behind = 0
        try:
            async with asyncio.timeout(self.limits.heartbeat_seconds):
                await self._awake.wait()
        except TimeoutError:
            return False
        return True

    async def _mind_the_time(self) -> None:
        now = time.monotonic()
        if now - self._opened > self.limits.lifetime_seconds:
            raise LineOver
        if now < self._look_again_at:
            return
        self._look_again_at = now + self.limits.recheck_seconds
        names = {place.feed.name for place in self._places.values()}
        self.viewer.person, lost = await in_thread(look_again, self.viewer, names)
        for place in [place for place in self._places.values() if place.feed.name in lost]:
            self._drop(place.topic)
            self._refuse(place.topic, "not_allowed")

    async def _learn_watch(self) -> None:
        """Only a change from now on matters: whoever opened this line was looked at just before."""
        if self._watch is None:
            return
        feed = self._watch.feed
        newest = (await in_thread(last_seqs, [feed.name])).get(feed.name, 0)
        feed.last = max(feed.last, newest) if feed.last == 0 else feed.last

    async def _grant(self, wish: Wish) -> None:
        """Joins first and reads the newest number then, so that nothing falls between the two."""
        name = self.viewer.resolve(wish.topic)
        if name is None:
            self._refuse(wish.topic, "sign_in" if wish.topic == "me" else "unknown")
            return
        self._drop(wish.topic)
        place = self._places[wish.topic] = Place(self, wish.topic, name)
        newest = await in_thread(decide, self.viewer.person, name)
        if self._places.get(wish.topic) is not place:
            return  # the client changed its mind meanwhile
        if newest is None:
            self._drop(wish.topic)
            self._refuse(wish.topic, "not_allowed")
        else:
            self._start(place, newest, wish.since)

    def _refuse(self, topic: str, code: str) -> None:
        self.reply({"op": "refused", "topic": topic, "code": code})

    def _start(self, place: Place, newest: int, since: int | None) -> None:
        place.feed.advance(newest)
        newest = place.feed.last
        self.reply({"op": "following", "topic": place.topic, "seq": newest})
        if since is not None and not 0 <= newest - since <= self.limits.replay:
            self._resync(place)
        else:
            place.cursor = newest if since is None else since
        if place.cursor != newest:
            self._unread[place] = None

    def _resync(self, place: Place) -> None:
        """Too much was missed, or it is gone: the client loads what it shows anew and goes on from here."""
        place.cursor = place.feed.last
        self.reply({"op": "resync", "topic": place.topic, "seq": place.cursor})

    async def _read(self, place: Place) -> AsyncIterator[Message]:
        """Up to 100 events of one topic; what is left waits for the topic's next turn."""
        start = place.cursor = place.cursor or 0
        for event in await place.feed.after(start):
            if self._places.get(place.topic) is not place:
                return
            if event["seq"] != place.cursor + 1:
                break
            place.cursor = event["seq"]
            self.behind = max(0, self.behind - 1)
            yield {"topic": place.topic, **event}
            if event["type"].endswith(ASKED_AGAIN):
                self.look_again_soon()
        self._unread.pop(place, None)
        if place.cursor == start < place.feed.last:
            self._resync(place)
        elif place.cursor < place.feed.last and self._places.get(place.topic) is place:
            self._unread[place] = None
