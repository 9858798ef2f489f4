"""Pictures of people, for those who may see the profile."""

from uuid import UUID

from asgiref.sync import sync_to_async
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from apps.accounts.services.avatar import find_avatar
from apps.core.errors import AppError, NotFound
from apps.core.files import is_respelled, refusal
from apps.media.storage.pictures import serve_picture


async def avatar_file(request: HttpRequest, person_id: str, key: str, width: str) -> HttpResponseBase:
    """One width of a picture. The path was matched strictly and decoded; no other spelling of it is served."""
    if request.method not in {"GET", "HEAD"}:
        return HttpResponse(status=405, headers={"Allow": "GET, HEAD"})
    try:
        if is_respelled(request):
            raise NotFound("There is nothing here.")
        viewer = await request.auser()
        name = await sync_to_async(find_avatar)(person_id=UUID(person_id), key=key, width=int(width), viewer=viewer)
        return await serve_picture(request, name)
    except FileNotFoundError:
        return refusal(NotFound("There is nothing here."))
    except AppError as error:
        return refusal(error)
