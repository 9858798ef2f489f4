"""A file as an HTTP answer with byte ranges (RFC 9110, section 14), read off the event loop.

Django's FileResponse knows no ranges under ASGI. Single ranges are answered with 206; several in one request are answered
with the whole file, which the RFC allows.
"""

import asyncio
import hashlib
import os
import re
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from email.utils import formatdate
from pathlib import Path
from typing import IO, Protocol

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified, StreamingHttpResponse
from django.http.response import HttpResponseBase

BLOCK = 256 * 1024
_SINGLE = re.compile(r"bytes\s*=\s*([0-9]{0,18})\s*-\s*([0-9]{0,18})\s*\Z", re.IGNORECASE)


@dataclass(frozen=True)
class Slice:
    """Bytes `first` to `last`, both included."""

    first: int
    last: int

    @property
    def length(self) -> int:
        return self.last - self.first + 1


class Unsatisfiable(ValueError):
    """The range lies outside the file."""


def parse_range(header: str, size: int) -> Slice | None:
    """The one range asked for, or None where the header is to be ignored. Raises Unsatisfiable."""
    match = _SINGLE.match(header)
    if match is None or match.groups() == ("", ""):
        return None
    first, last = (int(part) if part else None for part in match.groups())
    if first is None:
        if not last or not size:
            raise Unsatisfiable
        return Slice(max(0, size - last), size - 1)
    if last is not None and last < first:
        return None
    if first >= size:
        raise Unsatisfiable
    return Slice(first, size - 1 if last is None else min(last, size - 1))


@dataclass(frozen=True)
class FileFacts:
    """`etag` is a strong validator with its quotes, `modified` the instant of the last change as HTTP writes it,
    empty where there is none.
    """

    size: int
    etag: str
    modified: str


class Body(Protocol):
    """Bytes on their way. `close` is called however the answer ends."""

    def __aiter__(self) -> AsyncIterator[bytes]: ...

    def close(self) -> None: ...


class FileSlice:
    """An async iterable over part of an open file. `close` is called by Django however the answer ends."""

    def __init__(self, file: IO[bytes], part: Slice) -> None:
        self.file = file
        self.part = part

    async def __aiter__(self) -> AsyncIterator[bytes]:
        left = self.part.length
        await asyncio.to_thread(self.file.seek, self.part.first)
        while left > 0:
            block = await asyncio.to_thread(self.file.read, min(BLOCK, left))
            if not block:
                break
            left -= len(block)
            yield block

    def close(self) -> None:
        self.file.close()


async def serve_file(request: HttpRequest, path: Path, *, content_type: str, cache_control: str) -> HttpResponseBase:
    """Answers GET and HEAD for a file that the caller has allowed. Raises FileNotFoundError."""
    file = await asyncio.to_thread(_open, path)
    try:
        response = answer(request, _facts_of(file), lambda part: FileSlice(file, part), content_type=content_type)
    except BaseException:
        file.close()
        raise
    if not isinstance(response, StreamingHttpResponse):
        file.close()
    response["Cache-Control"] = cache_control
    return response


class TextBody:
    """A small text on its way."""

    def __init__(self, content: bytes, part: Slice) -> None:
        self._part = content[part.first : part.last + 1]

    async def __aiter__(self) -> AsyncIterator[bytes]:
        yield self._part

    def close(self) -> None:
        """Nothing is open."""


def serve_text(request: HttpRequest, text: str, *, content_type: str, cache_control: str) -> HttpResponseBase:
    """The same for a text that was made for this viewer. Its validator is its digest; it has no instant."""
    content = text.encode()
    facts = FileFacts(len(content), f'"{hashlib.sha256(content).hexdigest()[:32]}"', "")
    response = answer(request, facts, lambda part: TextBody(content, part), content_type=content_type)
    response["Cache-Control"] = cache_control
    return response


def _open(path: Path) -> IO[bytes]:
    return path.open("rb")


def answer(
    request: HttpRequest, facts: FileFacts, body: Callable[[Slice], Body], *, content_type: str
) -> HttpResponseBase:
    """The answer to GET or HEAD for bytes that lie anywhere; `body` is called only where some are sent."""
    headers = {"ETag": facts.etag, "Accept-Ranges": "bytes"}
    headers |= {"Last-Modified": facts.modified} if facts.modified else {}
    if _matches(request.headers.get("If-None-Match", ""), facts.etag):
        return HttpResponseNotModified(headers=headers)
    try:
        part = _wanted(request, facts)
    except Unsatisfiable:
        headers["Content-Range"] = f"bytes */{facts.size}"
        return HttpResponse(status=416, content_type=content_type, headers=headers)
    whole = part is None
    part = part or Slice(0, facts.size - 1)
    headers["Content-Length"] = str(part.length)
    if not whole:
        headers["Content-Range"] = f"bytes {part.first}-{part.last}/{facts.size}"
    if request.method == "HEAD":
        return HttpResponse(content_type=content_type, headers=headers)
    return StreamingHttpResponse(body(part), status=200 if whole else 206, content_type=content_type, headers=headers)


def _facts_of(file: IO[bytes]) -> FileFacts:
    """Size, a strong validator, and the instant of the last change."""
    found = os.fstat(file.fileno())
    modified = formatdate(found.st_mtime, usegmt=True)
    return FileFacts(found.st_size, f'"{found.st_mtime_ns:x}-{found.st_size:x}"', modified)


def _wanted(request: HttpRequest, facts: FileFacts) -> Slice | None:
    """Ranges are defined for GET alone, and only for the version that the client has (If-Range)."""
    header = request.headers.get("Range", "")
    if request.method != "GET" or not header:
        return None
    condition = request.headers.get("If-Range", "").strip()
    if condition and condition not in {facts.etag, facts.modified}:
        return None
    return parse_range(header, facts.size)


def _matches(header: str, etag: str) -> bool:
    """If-None-Match compares weakly."""
    tags = [part.strip().removeprefix("W/") for part in header.split(",")]
    return bool(header) and (etag in tags or tags == ["*"])
