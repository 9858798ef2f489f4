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


class TooMany(AppError):
    """Asked too often; `retry_after_s` goes out as Retry-After."""

    code = "throttled"
    status = 429

    def __init__(self, *, retry_after_s: int) -> None:
        wait = "a second" if retry_after_s == 1 else f"{retry_after_s} seconds"
        super().__init__(f"That was too much at once: try again in {wait}.")
        self.retry_after_s = retry_after_s


def retry_headers(error: AppError) -> dict[str, str]:
    """When to ask again, for errors that know it."""
    return {"Retry-After": str(error.retry_after_s)} if isinstance(error, TooMany) else {}
