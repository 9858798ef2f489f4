"""A client of `/ws/` that keeps what it got."""

import json
from typing import Any, Self

from websockets.sync.client import ClientConnection, connect

from tests.serving import Site


class LiveClient:
    def __init__(self, site: Site, person: object = None, **options: Any) -> None:
        headers = site.cookies_of(person) if person else {"Origin": site.url}
        self._opening = connect(site.socket_url + "/ws/", additional_headers=headers, open_timeout=60, **options)
        self.socket: ClientConnection = self._opening.__enter__()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._opening.__exit__(None, None, None)

    def say(self, **message: Any) -> None:
        self.socket.send(json.dumps(message))

    def hear(self, seconds: float = 60) -> dict[str, Any]:
        return json.loads(self.socket.recv(timeout=seconds))

    def follow(self, topic: str, since: int | None = None) -> dict[str, Any]:
        self.say(op="follow", topic=topic, since=since)
        return self.hear()
