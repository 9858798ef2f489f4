"""An object in S3 as an HTTP answer: carried by us with all that files have (ranges, conditions), or by S3 itself."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.utils.http import http_date

from apps.core.ranges import BLOCK, FileFacts, Slice, answer
from apps.media.enums import Place
from apps.media.storage.places import bucket

_LARGEST_TEXT = 8 << 20

if TYPE_CHECKING:
    from apps.media.storage.bucket import MediaBucket


async def serve_object(
    request: HttpRequest, key: str, *, content_type: str, cache_control: str, may_redirect: bool
) -> HttpResponseBase:
    """Answers GET and HEAD for an object that the caller has allowed. Raises FileNotFoundError and StorageTrouble.

    With `S3_DELIVERY=redirect` a GET is sent to S3, whose address is good for some minutes and kept by no cache. A HEAD is
    not: the address is signed for GET alone.
    """
    there = bucket()
    if may_redirect and settings.S3_DELIVERY == "redirect" and request.method == "GET":
        link = there.link(key, settings.S3_LINK_S)
        return HttpResponseRedirect(link, headers={"Cache-Control": "private, no-store"})
    found = await asyncio.to_thread(there.facts, key)
    facts = FileFacts(found.size_bytes, found.etag, http_date(found.modified_at.timestamp()))
    response = answer(request, facts, lambda part: ObjectSlice(there, key, part), content_type=content_type)
    response["Cache-Control"] = cache_control
    return response


async def read_small(key: str, place: Place) -> str:
    """A text of at most a few MB from wherever it lives. Raises FileNotFoundError, StorageTrouble, and ValueError for more."""
    if place == Place.S3:
        return await asyncio.to_thread(_text_of_object, key)
    return await asyncio.to_thread(_text_of_file, Path(settings.MEDIA_ROOT, key))


def _text_of_object(key: str) -> str:
    there = bucket()
    size = there.facts(key).size_bytes
    if size > _LARGEST_TEXT:
        raise ValueError(key)
    if not size:
        return ""
    with closing(there.read(key, 0, size - 1)) as body:
        return str(body.read().decode())


def _text_of_file(path: Path) -> str:
    with path.open("rb") as file:
        content = file.read(_LARGEST_TEXT + 1)
    if len(content) > _LARGEST_TEXT:
        raise ValueError(path.name)
    return content.decode()


class ObjectSlice:
    """An async iterable over part of an object. It is asked for when the first byte is wanted."""

    def __init__(self, there: "MediaBucket", key: str, part: Slice) -> None:
        self._there = there
        self._key = key
        self._part = part
        self._body: Any = None

    async def __aiter__(self) -> AsyncIterator[bytes]:
        if self._part.length <= 0:
            return
        self._body = await asyncio.to_thread(self._there.read, self._key, self._part.first, self._part.last)
        while block := await asyncio.to_thread(self._body.read, BLOCK):
            yield block

    def close(self) -> None:
        if self._body is not None:
            self._body.close()
