"""What is refused before any view sees it."""

from collections.abc import Awaitable, Callable
from urllib.parse import unquote_to_bytes

from asgiref.sync import iscoroutinefunction, markcoroutinefunction
from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase

Answer = HttpResponseBase | Awaitable[HttpResponseBase]


class NoNullsMiddleware:
    """Refuses addresses with a NUL in them. No text in PostgreSQL can hold one: a filter that got it would crash."""

    sync_capable = True
    async_capable = True

    def __init__(self, get_response: Callable[[HttpRequest], Answer]) -> None:
        self.get_response = get_response
        if iscoroutinefunction(get_response):
            markcoroutinefunction(self)

    def __call__(self, request: HttpRequest) -> Answer:
        if "\0" in request.path_info:
            raise Http404
        if b"\0" in unquote_to_bytes(request.META.get("QUERY_STRING", "")):
            raise BadRequest("A NUL in the query.")
        return self.get_response(request)
