"""Somebody who watches a film while it is made, and remembers every byte that was ever listed."""

import hashlib
import re
import threading
from typing import Self
from urllib.parse import urljoin

import httpx

_PAUSE_S = 0.3
_NAMED = re.compile(r'URI="([^"]+)"')


class Viewer(threading.Thread):
    """Reads playlists over and over, and each segment once. A site that is down for a moment is asked again.

    `faults` says what must never happen: a listed segment that is not there or has no bytes, a list that lost or changed
    an entry.
    """

    def __init__(self, port: int, item: str) -> None:
        super().__init__(name=f"viewer-{item}", daemon=True)
        self._address = f"http://127.0.0.1:{port}/hls/{item}/master.m3u8"
        self._client = httpx.Client(timeout=10, follow_redirects=True)
        self._done = threading.Event()
        self.hashes: dict[str, str] = {}
        self.lists: dict[str, list[str]] = {}
        self.faults: list[str] = []
        self.seen_growing = False

    def run(self) -> None:
        while not self._done.wait(_PAUSE_S):
            self._look()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self.join(30)

    def check(self) -> None:
        """It was played while it grew, and every segment that was ever listed holds what it held then."""
        assert self.seen_growing
        self._look()
        base = self._master()
        assert base is not None
        assert {name: self._hash(str(base.url), name) for name in self.hashes} == self.hashes
        assert self.faults == []

    def _look(self) -> None:
        try:
            base = self._master()
            for address in _addresses(base.text) if base is not None else ():
                self._read(str(base.url), address)
        except httpx.TransportError:
            return

    def _master(self) -> httpx.Response | None:
        answer = self._client.get(self._address)
        return answer if answer.status_code == 200 else None

    def _read(self, base: str, address: str) -> None:
        answer = self._client.get(urljoin(base, address))
        if answer.status_code != 200:
            if answer.status_code < 500:
                self.faults.append(f"{address} is listed and answers {answer.status_code}")
            return
        folder = address.rpartition("/")[0]
        names = [f"{folder}/{line}" for line in answer.text.splitlines() if line and not line.startswith("#")]
        before = self.lists.get(address, [])
        if names[: len(before)] != before:
            self.faults.append(f"{address} listed {before} and then {names}")
        self.lists[address] = names
        self.seen_growing |= "#EXT-X-ENDLIST" not in answer.text
        for name in [f"{folder}/{found}" for found in _NAMED.findall(answer.text)] + names:
            if name not in self.hashes:
                self.hashes[name] = self._hash(base, name)

    def _hash(self, base: str, name: str) -> str:
        answer = self._client.get(urljoin(base, name))
        while answer.status_code >= 500:
            answer = self._client.get(urljoin(base, name))
        if answer.status_code != 200 or not answer.content:
            self.faults.append(f"{name} is listed and answers {answer.status_code} with {len(answer.content)} bytes")
        return hashlib.sha256(answer.content).hexdigest()


def _addresses(master: str) -> list[str]:
    """Of pictures and sound: text comes all at once, and nobody plays it alone."""
    lines = master.splitlines()
    heard = [line for line in lines if line.startswith("#EXT-X-MEDIA:TYPE=AUDIO")]
    return [*_NAMED.findall("\n".join(heard)), *(line for line in lines if line and not line.startswith("#"))]
