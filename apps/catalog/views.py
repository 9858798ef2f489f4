"""Pictures of items, for those who may know of the item."""

from uuid import UUID

from asgiref.sync import sync_to_async
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone

from apps.catalog.access import viewer_of
from apps.catalog.services.cover import find_cover
from apps.core.errors import AppError, NotFound
from apps.core.files import is_respelled, refusal
from apps.media.storage.pictures import serve_picture


async def cover_file(request: HttpRequest, item_id: str, key: str, width: str) -> HttpResponseBase:
    """One width of a picture. The path was matched strictly and decoded; no other spelling of it is served."""
    if request.method not in {"GET", "HEAD"}:
        return HttpResponse(status=405, headers={"Allow": "GET, HEAD"})
    try:
        if is_respelled(request):
            raise NotFound("There is nothing here.")
        name = await sync_to_async(_find)(await request.auser(), UUID(item_id), key, int(width))
        return await serve_picture(request, name)
    except FileNotFoundError:
        return refusal(NotFound("There is nothing here."))
    except AppError as error:
        return refusal(error)


def _find(person: object, item_id: UUID, key: str, width: int) -> str:
    return find_cover(item_id=item_id, key=key, width=width, viewer=viewer_of(person), now=timezone.now())
