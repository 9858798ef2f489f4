"""Files to S3 and back, each believed only when what arrived has the size and the SHA-256 of what was sent."""

import hashlib
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from apps.media import disk
from apps.media.errors import Damaged, StorageTrouble

if TYPE_CHECKING:
    from apps.media.storage.bucket import MediaBucket

_AT_ONCE = 6
_LOOK_EVERY_S = 0.5
Check = Callable[[], None]


@dataclass(frozen=True)
class Piece:
    """One file and the object that it is elsewhere. `headers` are what S3 serves it with."""

    key: str
    file: Path
    headers: dict[str, str] = field(default_factory=dict)


class _Stopped(Exception):
    """The other side of this transfer has given up."""


def push(bucket: "MediaBucket", piece: Piece, check: Check) -> int:
    """Stores the file in S3 and reads it back. Returns its size; FileNotFoundError if the file is gone."""
    sent = _digest_of_file(piece.file, check)
    bucket.put(piece.file, piece.key, sha256=sent.sha256, headers=piece.headers, check=check)
    arrived = _Digest()
    for block in bucket.blocks(piece.key, bucket.facts(piece.key).size_bytes):
        check()
        arrived.take(block)
    if arrived != sent:
        raise StorageTrouble(f"{piece.key} is not in S3 as it was sent.")
    return sent.size_bytes


def pull(bucket: "MediaBucket", piece: Piece, check: Check) -> int:
    """Writes the object to its file, all at once. Returns its size; FileNotFoundError if the object is gone."""
    facts = bucket.facts(piece.key)
    arrived = _Digest()
    piece.file.parent.mkdir(parents=True, exist_ok=True)
    with disk.part_of(piece.file) as part:
        with part.open("wb") as made:
            for block in bucket.blocks(piece.key, facts.size_bytes):
                check()
                made.write(block)
                arrived.take(block)
        if (arrived.size_bytes, arrived.sha256) != (facts.size_bytes, facts.sha256):
            raise Damaged(f"{piece.key} did not come from S3 as it was stored.")
        disk.sync_file(part)
        part.replace(piece.file)
    disk.sync_file(piece.file.parent)
    return facts.size_bytes


Transfer = Callable[["MediaBucket", Piece, Check], int]


def transfer_all(
    transfer: Transfer,
    bucket: "MediaBucket",
    pieces: Sequence[Piece],
    *,
    check: Check,
    tell: Callable[[int, int], None],
) -> None:
    """Several at once. `check` is asked twice a second and stops all by raising; `tell` hears how many of how many are done."""
    stopped = threading.Event()

    def go_on() -> None:
        if stopped.is_set():
            raise _Stopped

    with ThreadPoolExecutor(_AT_ONCE) as pool:
        running = {pool.submit(transfer, bucket, piece, go_on) for piece in pieces}
        try:
            while running:
                ended, running = wait(running, timeout=_LOOK_EVERY_S, return_when=FIRST_COMPLETED)
                for one in ended:
                    one.result()
                tell(len(pieces) - len(running), len(pieces))
                check()
        except BaseException:
            stopped.set()
            pool.shutdown(cancel_futures=True)
            raise


class _Digest:
    def __init__(self) -> None:
        self._hash = hashlib.sha256()
        self.size_bytes = 0

    def take(self, block: bytes | memoryview) -> None:
        self._hash.update(block)
        self.size_bytes += len(block)

    @property
    def sha256(self) -> str:
        return self._hash.hexdigest()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Digest) and (self.size_bytes, self.sha256) == (other.size_bytes, other.sha256)

    __hash__ = None  # type: ignore[assignment]


def _digest_of_file(file: Path, check: Check) -> _Digest:
    digest = _Digest()
    with file.open("rb") as opened:
        while block := opened.read(1 << 20):
            check()
            digest.take(block)
    return digest
