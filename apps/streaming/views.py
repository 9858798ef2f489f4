"""The stable address of a stream, and the gate in front of its files."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from apps.catalog.access import viewer_of
from apps.catalog.models import Item
from apps.core.errors import AppError, NotFound
from apps.core.files import is_respelled, refusal
from apps.core.ranges import serve_file
from apps.streaming.gate import may_fetch
from apps.streaming.models import streams_folder
from apps.streaming.services.sessions import open_playback
from apps.streaming.viewers import viewer_key

_PLAYLIST = ("application/vnd.apple.mpegurl", "private, no-cache")
_TYPES = {
    "m3u8": _PLAYLIST,
    "m4s": ("video/iso.segment", "private, max-age=31536000, immutable"),
    "mp4": ("video/mp4", "private, max-age=31536000, immutable"),
}


@require_safe
def master(request: HttpRequest, item_id: str) -> HttpResponse:
    """Opens or goes on with the viewer's session and sends them to the tokened address."""
    try:
        item = Item.objects.filter(pk=UUID(item_id)).first()
        if item is None:
            raise NotFound("There is nothing here.")
        playback = open_playback(item=item, viewer=viewer_of(request.user), key=viewer_key(request))
    except AppError as error:
        return refusal(error)
    return HttpResponseRedirect(playback.path, headers={"Cache-Control": "no-store"})


async def stream_file(request: HttpRequest, token: str, item_id: str, number: str, name: str) -> HttpResponseBase:
    """One file of a generation. The path was matched strictly and decoded; no other spelling of it is served."""
    if request.method not in {"GET", "HEAD"}:
        return HttpResponse(status=405, headers={"Allow": "GET, HEAD"})
    try:
        if is_respelled(request) or not await may_fetch(token, UUID(item_id), int(number)):
            raise NotFound("There is nothing here.")
        content_type, cache_control = _TYPES[name.rpartition(".")[2]]
        path = streams_folder(UUID(item_id)) / f"g{number}" / name
        return await serve_file(request, path, content_type=content_type, cache_control=cache_control)
    except FileNotFoundError:
        return refusal(NotFound("There is nothing here."))
    except AppError as error:
        return refusal(error)
