"""What every answer of the tus protocol has in common."""

from datetime import datetime
from typing import Any, ClassVar

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.http import http_date
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.permissions import SAFE_METHODS, BasePermission, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.accounts.enums import Scope
from apps.accounts.models import PersonalToken
from apps.core import site_settings
from apps.core.api_errors import error_body
from apps.core.errors import AppError
from apps.jobs.persistence import DATABASE_AWAY
from apps.media.enums import UploadRole, UploadState
from apps.media.models import Upload
from apps.media.settings_offered import LARGEST
from apps.media.tus import ALGORITHMS, EXTENSIONS, VERSION

_OVERRIDES = frozenset({"PATCH", "DELETE"})
_REASONS = {460: "Checksum Mismatch"}


class MayUpload(BasePermission):
    """A token that uploads may also ask how far it is; one that reads may look on."""

    message = "This token lacks the scope for that."
    code = "missing_scope"

    def has_permission(self, request: Request, view: Any) -> bool:
        if not isinstance(request.auth, PersonalToken):
            return True
        enough = {Scope.UPLOAD, Scope.ADMIN} | ({Scope.READ} if request.method in SAFE_METHODS else set())
        return not enough.isdisjoint(request.auth.scopes)


class AnyAnswer(DefaultContentNegotiation):
    """Clients of tus ask for nothing in particular, or for what they will not get."""

    def select_renderer(self, request: Request, renderers: Any, format_suffix: str | None = None) -> Any:
        return renderers[0], renderers[0].media_type


class UnsupportedVersion(AppError):
    code = "unsupported_version"
    status = 412


class TusView(APIView):
    """Sessions (with Django's check against forgery) and tokens, the version, and the headers of all answers.

    Bodies are never parsed: views read them from the request, block by block.
    """

    content_negotiation_class = AnyAnswer
    parser_classes = ()
    permission_classes = (IsAuthenticated, MayUpload)
    scope_to_change = Scope.UPLOAD
    # Pieces are bounded by the quota: a client that meets 429 on the way gives up, or begins again from the first byte.
    rate: ClassVar = {"POST": "uploads", "GET": "read"}

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Some networks let no PATCH and no DELETE through."""
        wanted = request.headers.get("X-HTTP-Method-Override", "").strip().upper()
        if request.method == "POST" and wanted in _OVERRIDES:
            request.method = wanted
        return super().dispatch(request, *args, **kwargs)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        if request.method == "OPTIONS":
            return
        if request.method != "GET" and request.headers.get("Tus-Resumable") != VERSION:
            raise UnsupportedVersion(f"This server speaks version {VERSION} of tus, and no other.")
        super().initial(request, *args, **kwargs)

    def options(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Response:
        """What this server can do; also answered to whoever is not signed in."""
        told = {"Tus-Version": VERSION, "Tus-Extension": EXTENSIONS, "Tus-Checksum-Algorithm": ALGORITHMS}
        return Response(status=204, headers={**told, "Tus-Max-Size": str(site_settings.get(LARGEST))})

    def handle_exception(self, exc: Exception) -> Response:
        """On any other error to a HEAD clients begin again from the first byte: 423 lets them come back."""
        if isinstance(exc, DATABASE_AWAY):
            status = 423 if self.request.method == "HEAD" else 503
            message = "The site's database is away for a moment. Try again."
            answer = Response(error_body("database_away", message), status=status, headers={"Retry-After": "3"})
            answer.exception = True
            return answer
        return super().handle_exception(exc)

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        response = super().finalize_response(request, response, *args, **kwargs)
        response["Tus-Resumable"] = VERSION
        response["Cache-Control"] = "no-store"
        if response.status_code == UnsupportedVersion.status:
            response["Tus-Version"] = VERSION
        if response.status_code in _REASONS:
            response.reason_phrase = _REASONS[response.status_code]
        if response.status_code in {409, 429} and request.method == "POST":
            response.setdefault("Retry-After", "5")
        return response


def address_of(upload: Upload) -> str:
    """Relative, so that it is right behind every proxy."""
    return reverse("api:upload-detail", args=[upload.pk])


def progress(upload: Upload) -> dict[str, str]:
    """What a client must know after each piece."""
    told = {"Upload-Offset": str(upload.offset)}
    if upload.state == UploadState.RECEIVING:
        told["Upload-Expires"] = _instant(upload.expires_at)
    return told


def standing(upload: Upload) -> dict[str, str]:
    """What HEAD tells. A file that is still being put together from parts has no offset yet."""
    told = {} if upload.role == UploadRole.FINAL and not upload.is_received else progress(upload)
    told |= {"Upload-Defer-Length": "1"} if upload.length is None else {"Upload-Length": str(upload.length)}
    told |= {"Upload-Metadata": upload.metadata} if upload.metadata else {}
    return told | ({"Upload-Concat": upload.concat} if upload.concat else {})


def _instant(at: datetime) -> str:
    return http_date(at.timestamp())
