"""The one error shape of the API: `{"error": {"code", "message", "fields"?}}` with the right status."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import exception_handler as rest_exception_handler

from apps.core.errors import AppError, retry_headers


def error_body(code: str, message: str, fields: Mapping[str, Any] | None = None) -> dict[str, Any]:
    error: dict[str, Any] = {"code": code, "message": message}
    if fields:
        error["fields"] = fields
    return {"error": error}


def _sentences(detail: Any, path: str = "") -> dict[str, list[str]]:
    """DRF's nested details as one flat map: `{"early_access.0.from": ["…"]}`."""
    if isinstance(detail, Mapping):
        found: dict[str, list[str]] = {}
        for name, inner in detail.items():
            found |= _sentences(inner, f"{path}.{name}" if path else str(name))
        return found
    if isinstance(detail, list) and any(isinstance(part, (Mapping, list)) for part in detail):
        found = {}
        for index, inner in enumerate(detail):
            found |= _sentences(inner, f"{path}.{index}" if path else str(index))
        return found
    parts = detail if isinstance(detail, list) else [detail]
    return {path or "non_field_errors": [str(part) for part in parts]}


def exception_handler(error: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's hook. Unknown exceptions stay unknown (None), so that they are logged and answered with 500."""
    if isinstance(error, AppError):
        body = error_body(error.code, error.message, error.fields)
        return Response(body, status=error.status, headers=retry_headers(error))
    response = rest_exception_handler(error, context)
    if response is None:
        return None
    if isinstance(error, exceptions.ValidationError):
        fields = _sentences(error.detail)
        first = next(iter(fields.values()), ["This request does not fit."])[0]
        response.data = error_body("invalid", first, fields)
    elif isinstance(error, Http404):
        response.data = error_body("not_found", "There is nothing here.")
    elif isinstance(error, PermissionDenied):
        response.data = error_body("not_allowed", "You may not do this.")
    elif isinstance(error, exceptions.ParseError):
        response.data = error_body("parse_error", "The body of this request cannot be read.")
    elif isinstance(error, exceptions.APIException):
        codes = error.get_codes()
        response.data = error_body(codes if isinstance(codes, str) else "error", str(error.detail))
    return response
