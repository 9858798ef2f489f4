"""What every gate in front of files shares, beside the ranges themselves (`ranges.py`)."""

from django.http import HttpRequest, HttpResponse

from apps.core.errors import AppError, retry_headers


def is_respelled(request: HttpRequest) -> bool:
    """Whether the path came with percent escapes: our own addresses need none, so somebody is trying something."""
    scope = getattr(request, "scope", {})
    return b"%" in (scope.get("raw_path") or b"")


def refusal(error: AppError) -> HttpResponse:
    """Why a file is not given, in plain text for whoever asked for bytes; kept by no cache."""
    headers = {"Cache-Control": "no-store", **retry_headers(error)}
    return HttpResponse(error.message, status=error.status, content_type="text/plain; charset=utf-8", headers=headers)
