"""The stable address of a stream, and the gate in front of its files."""

from collections.abc import Awaitable, Callable
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from apps.catalog.access import viewer_of
from apps.catalog.models import Item
from apps.core import rates
from apps.core.errors import AppError, NotFound
from apps.core.files import is_respelled, refusal
from apps.core.ranges import serve_file, serve_text
from apps.media.enums import Place
from apps.media.storage.delivery import read_small, serve_object
from apps.streaming.gate import may_download, may_fetch, may_fetch_source
from apps.streaming.models import streams_folder, streams_prefix
from apps.streaming.served import REDIRECTED, TYPES, ending_of
from apps.streaming.services.sessions import Source, open_playback
from apps.streaming.viewers import known_viewer

_SOURCE_CACHE = "private, no-cache"


@require_safe
def master(request: HttpRequest, item_id: str) -> HttpResponse:
    """Opens or goes on with the viewer's session and sends them to the tokened address."""
    try:
        item = Item.objects.filter(pk=UUID(item_id)).first()
        if item is None:
            raise NotFound("There is nothing here.")
        rates.check("playback", rates.caller_of(request))
        known = known_viewer(request)
        playback = open_playback(item=item, viewer=viewer_of(request.user), key=known.key)
    except AppError as error:
        return refusal(error)
    response = HttpResponseRedirect(playback.path, headers={"Cache-Control": "no-store"})
    known.remember(response)
    return response


async def stream_file(request: HttpRequest, token: str, item_id: str, number: str, name: str) -> HttpResponseBase:
    """One file of a generation. The path was matched strictly and decoded; no other spelling of it is served."""

    async def answer() -> HttpResponseBase:
        reach = await may_fetch(token, UUID(item_id), int(number))
        if reach is None:
            raise NotFound("There is nothing here.")
        reach.check(name)
        content_type, cache_control = TYPES[ending_of(name)]
        key = f"{streams_prefix(UUID(item_id))}g{number}/{name}"
        if reach.is_cut and ending_of(name) == "m3u8":
            whole = await read_small(key, reach.place)
            return serve_text(request, reach.cut(name, whole), content_type=content_type, cache_control=cache_control)
        if reach.place == Place.S3:
            may_redirect = ending_of(name) in REDIRECTED
            return await serve_object(
                request, key, content_type=content_type, cache_control=cache_control, may_redirect=may_redirect
            )
        path = streams_folder(UUID(item_id)) / f"g{number}" / name
        return await serve_file(request, path, content_type=content_type, cache_control=cache_control)

    return await _guarded(request, answer)


async def source_file(request: HttpRequest, token: str, item_id: str) -> HttpResponseBase:
    """The original as it was brought here, to be kept: for whoever owns it and for staff."""
    return await _original(request, lambda: may_fetch_source(token, UUID(item_id)))


async def download(request: HttpRequest, token: str, item_id: str) -> HttpResponseBase:
    """The same for whom their tier lets keep it."""
    return await _original(request, lambda: may_download(token, UUID(item_id)))


async def _original(request: HttpRequest, allowed: Callable[[], Awaitable[Source]]) -> HttpResponseBase:
    async def answer() -> HttpResponseBase:
        source = await allowed()
        facts = {"content_type": source.content_type, "cache_control": _SOURCE_CACHE}
        if source.storage == Place.S3:
            response = await serve_object(request, source.key, may_redirect=True, **facts)
        else:
            response = await serve_file(request, source.path, **facts)
        response["Content-Disposition"] = source.disposition
        return response

    return await _guarded(request, answer)


async def _guarded(request: HttpRequest, answer: Callable[[], Awaitable[HttpResponseBase]]) -> HttpResponseBase:
    """What every file shares: it is only read, by its one spelling, and what is refused says so in a sentence."""
    if request.method not in {"GET", "HEAD"}:
        return HttpResponse(status=405, headers={"Allow": "GET, HEAD"})
    try:
        if is_respelled(request):
            raise NotFound("There is nothing here.")
        return await answer()
    except FileNotFoundError:
        return refusal(NotFound("There is nothing here."))
    except AppError as error:
        return refusal(error)
