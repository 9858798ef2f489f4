"""Errors that people see: a stable code, a sentence written for them, and the HTTP status that fits."""

from collections.abc import Mapping, Sequence


class AppError(Exception):
    """Base of what services raise on purpose. `str(error)` is the sentence; it never carries internals.

    `fields` maps a field's name to its sentences, for forms and for the API's error shape.
    """

    code = "error"
    status = 400

    def __init__(
        self,
        message: str,
        *,
        code: str | None = None,
        status: int | None = None,
        fields: Mapping[str, Sequence[str]] | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.code = code or self.code
        self.status = status or self.status
        self.fields = {name: list(sentences) for name, sentences in (fields or {}).items()}


class NotAllowed(AppError):
    code = "not_allowed"
    status = 403


class NotFound(AppError):
    code = "not_found"
    status = 404


class Conflict(AppError):
    code = "conflict"
    status = 409


class Invalid(AppError):
    code = "invalid"
    status = 400
