"""Looks at what is published while it is being made, again and again, as players do that fetch what they are told of."""

import hashlib
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

_EVERY_S = 0.01


@dataclass
class Watch:
    """What was seen below a folder of streams. `wrong` stays empty where everything is as it should be.

    `lists` are the media playlists that were seen, each with the segments that it named in the course of time; `masters` the
    different master playlists of each generation, in their order.
    """

    root: Path
    wrong: list[str] = field(default_factory=list)
    lists: dict[Path, list[list[str]]] = field(default_factory=dict)
    masters: dict[Path, list[str]] = field(default_factory=dict)
    _bytes: dict[Path, str] = field(default_factory=dict)
    _ended: dict[Path, str] = field(default_factory=dict)

    def look(self) -> None:
        for path in sorted(self.root.glob("*/g*/master.m3u8")):
            self._look_at_master(path)
        for path in sorted(self.root.glob("*/g*/*/playlist.m3u8")):
            self._look_at_list(path)

    def _look_at_master(self, path: Path) -> None:
        with suppress(FileNotFoundError):
            text = path.read_text()
            seen = self.masters.setdefault(path, [])
            if not seen or seen[-1] != text:
                seen.append(text)
            for uri in re.findall(r'^([a-z0-9]+/playlist\.m3u8)$|URI="([^"]+\.m3u8)"', text, re.MULTILINE):
                if not (path.parent / "".join(uri)).is_file() and path.is_file():
                    self.wrong.append(f"{path} names {''.join(uri)}, which is not there")

    def _look_at_list(self, path: Path) -> None:
        with suppress(FileNotFoundError):
            text = path.read_text()
            if "#EXTINF" in text and "#EXT-X-MAP" in text:
                self._judge(path, text)

    def _judge(self, path: Path, text: str) -> None:
        names = [line for line in text.splitlines() if line and not line.startswith("#")]
        seen = self.lists.setdefault(path, [])
        if seen and names[: len(seen[-1])] != seen[-1]:
            self.wrong.append(f"{path} has taken something back")
        if not seen or seen[-1] != names:
            seen.append(names)
        if path in self._ended and self._ended[path] != text:
            self.wrong.append(f"{path} has changed after its end")
        if "#EXT-X-ENDLIST" in text:
            self._ended[path] = text
        elif "#EXT-X-PLAYLIST-TYPE:EVENT" not in text:
            self.wrong.append(f"{path} neither grows nor ends")
        for name in ("init.mp4", *names):
            self._fetch(path, path.parent / name)

    def _fetch(self, playlist: Path, segment: Path) -> None:
        try:
            digest = hashlib.sha256(segment.read_bytes()).hexdigest()
        except FileNotFoundError:
            if playlist.is_file():
                self.wrong.append(f"{segment} is listed and not there")
            return
        if self._bytes.setdefault(segment, digest) != digest:
            self.wrong.append(f"{segment} has other bytes than before")


@contextmanager
def watching(root: Path) -> Iterator[Watch]:
    """Looks from another thread until the block ends, and once more then."""
    watch, over = Watch(root), threading.Event()

    def look_on() -> None:
        while not over.wait(_EVERY_S):
            watch.look()

    thread = threading.Thread(target=look_on)
    thread.start()
    try:
        yield watch
    finally:
        over.set()
        thread.join()
    watch.look()
    assert watch.wrong == []
