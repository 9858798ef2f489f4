"""What the OpenAPI document says of every operation without being told: its errors, its tag, when to ask again.

A view adds what is its own: `@extend_schema(responses={202: QueuedSerializer, **errors(409)})`.
"""

from typing import Any, ClassVar

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiExample, OpenApiResponse
from rest_framework import serializers
from rest_framework.permissions import SAFE_METHODS

_SENTENCES = {
    400: ("What was sent does not fit; `fields` says where.", "invalid", "A title has 1 to 200 characters."),
    401: ("Nobody is signed in, or the token is not known.", "not_authenticated", "Sign in, or send a token."),
    403: ("This caller or this token may not do that.", "missing_scope", "This token lacks the scope for that."),
    404: ("There is no such thing, or not for this caller.", "not_found", "There is nothing here."),
    409: ("It is in a state that does not allow this.", "conflict", "This is still being prepared."),
    410: ("It is no longer there.", "gone", "The time for this upload is over: begin again."),
    412: ("This version of tus is not spoken here.", "unsupported_version", "This server speaks version 1.0.0 of tus."),
    413: ("More than the site takes.", "too_large", "This is more than the site takes in one piece."),
    415: ("The body is of a type that is not read here.", "unsupported_media_type", "Send application/json."),
    429: ("Too much at once; `Retry-After` says when to go on.", "throttled", "Try again in 12 seconds."),
    423: ("Somebody else is writing to it: try again.", "locked", "Another request is writing to this upload."),
    460: ("The bytes that came are not those that were sent.", "checksum_mismatch", "The checksum does not fit."),
    503: ("A part of the site is away for a moment.", "database_away", "The site's database is away for a moment."),
    507: ("There is no room for it.", "disk_full", "The site has no room left."),
}
_OF_CHANGES = (413, 415)


class ErrorDetailSerializer(serializers.Serializer[Any]):
    code = serializers.CharField(help_text="Stable; for programs.")
    message = serializers.CharField(help_text="A sentence for people.")
    fields = serializers.DictField(  # type: ignore[assignment]
        child=serializers.ListField(child=serializers.CharField()),
        required=False,
        help_text="Sentences by the name of the field that they are about; a nested one by its path (`steps.0.rank`).",
    )


class ErrorSerializer(serializers.Serializer[Any]):
    """How every failure is told, whatever its status."""

    error = ErrorDetailSerializer()


def errors(*statuses: int) -> dict[int, OpenApiResponse]:
    """Answers for `extend_schema(responses=…)`, beside those that every operation has."""
    return {status: _error(status) for status in statuses}


def _error(status: int) -> OpenApiResponse:
    description, code, message = _SENTENCES[status]
    example = OpenApiExample(
        code, value={"error": {"code": code, "message": message}}, response_only=True, status_codes=[str(status)]
    )
    return OpenApiResponse(ErrorSerializer, description=description, examples=[example])


class Schema(AutoSchema):
    """drf-spectacular's, with the answers that follow from how our API is built."""

    _TAGS: ClassVar = {
        "me": "Me",
        "tokens": "Me",
        "streams": "Streams",
        "encoders": "Streams",
        "renditions": "Streams",
        "campaigns": "Sources of members",
        "sync-runs": "Sources of members",
        "webhook-deliveries": "Sources of members",
        "supporters": "Sources of members",
    }

    def get_tags(self) -> list[str]:
        parts = [part for part in self.path.removeprefix("/api/v1/").split("/") if part and not part.startswith("{")]
        known = next((self._TAGS[part] for part in reversed(parts) if part in self._TAGS), None)
        return [known or parts[0].capitalize()]

    def _get_response_bodies(self, direction: Any = "response") -> dict[str, Any]:
        bodies: dict[str, Any] = super()._get_response_bodies(direction)
        for status in self._usual_errors():
            if str(status) not in bodies:
                bodies[str(status)] = self._get_response_for_code(  # type: ignore[no-untyped-call]
                    _error(status), str(status), None, direction
                )
        if "429" in bodies:
            wait = {"description": "Seconds to wait.", "schema": {"type": "integer", "minimum": 1}}
            bodies["429"]["headers"] = {"Retry-After": wait}
        return dict(sorted(bodies.items()))

    def _usual_errors(self) -> tuple[int, ...]:
        """Any request may carry a bad token, a token of too few scopes, or come too often."""
        found = {400, 401, 403, 429}
        if "{" in self.path or self._is_list_view():  # a cursor may lead nowhere
            found.add(404)
        if self.method not in SAFE_METHODS:
            found.update(_OF_CHANGES)
        return tuple(sorted(found))
