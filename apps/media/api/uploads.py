"""`/api/v1/uploads/`: tus 1.0 for whoever sends, JSON for whoever looks on."""

from typing import Any, cast

from django.http import HttpRequest
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core.api_schema import errors
from apps.core.pagination import CursorPagination
from apps.media.api.headers import CREATION_HEADERS, PIECE_HEADERS, VERSION_HEADER
from apps.media.api.protocol import TusView, address_of, progress, standing
from apps.media.api.serializers import UploadSerializer
from apps.media.errors import UploadRefused
from apps.media.models import Upload
from apps.media.services.uploads.append import Piece, append_piece
from apps.media.services.uploads.concatenate import create_final
from apps.media.services.uploads.create import create_upload
from apps.media.services.uploads.find import check_alive, find_upload
from apps.media.services.uploads.remove import remove_upload
from apps.media.tus import PIECE_TYPE, read_checksum, read_length, read_metadata, read_number

_STATE = OpenApiParameter("state", str, many=True, description="Any of these states.")


class UploadListView(TusView):
    """One's own uploads; begin another."""

    pagination_class = CursorPagination

    @extend_schema(
        parameters=[_STATE],
        responses={200: UploadSerializer(many=True), **errors(503)},
        operation_id="uploads_list",
        summary="One's own uploads",
    )
    def get(self, request: Request) -> Response:
        """What is being received and what came of it, the newest first. Any of `read` and `upload` will do."""
        uploads = Upload.objects.visible_to(request.user).listed()
        if chosen := request.query_params.getlist("state"):
            uploads = uploads.filter(state__in=chosen)
        pages = self.pagination_class()
        page = pages.paginate_queryset(uploads, request, view=self)
        return pages.get_paginated_response(_shown(request, page, many=True))

    @extend_schema(
        parameters=[VERSION_HEADER, *CREATION_HEADERS],
        request=None,
        responses={201: None, **errors(404, 409, 410, 412, 423, 460, 503, 507)},
        operation_id="uploads_create",
        summary="Begin an upload",
    )
    def post(self, request: Request) -> Response:
        """tus 1.0, creation: `Location` is where the pieces go. With a body, its first piece; with `final;` of others."""
        metadata = read_metadata(request.headers.get("Upload-Metadata"))
        concat = request.headers.get("Upload-Concat", "").strip()
        person = cast("Any", request.user)
        if concat.startswith("final;"):
            if "Upload-Length" in request.headers:
                raise UploadRefused("The length of these uploads is known: leave Upload-Length out.", code="bad_length")
            upload = create_final(owner=person, concat=concat, metadata=metadata)
            return Response(status=201, headers={"Location": address_of(upload)})
        if concat not in {"", "partial"}:
            raise UploadRefused("Upload-Concat is partial, or final; with addresses.", code="bad_concat")
        length = read_length(request.headers.get("Upload-Length"), request.headers.get("Upload-Defer-Length"))
        first = _first_piece(request)
        upload = create_upload(owner=person, length=length, metadata=metadata, partial=bool(concat))
        if first:
            upload = _append_first(person, upload, first)
        return Response(status=201, headers={"Location": address_of(upload), **progress(upload)})


class UploadView(TusView):
    """One upload of one's own; another person's is as unknown as one that never was."""

    @extend_schema(responses={200: UploadSerializer, **errors(503)}, operation_id="uploads_read", summary="One upload")
    def get(self, request: Request, upload_id: str) -> Response:
        """How far it is, and then which item came of it. Any of `read` and `upload` will do."""
        return Response(_shown(request, find_upload(person=request.user, upload_id=upload_id)))

    @extend_schema(exclude=True)
    def head(self, request: Request, upload_id: str) -> Response:
        upload = find_upload(person=request.user, upload_id=upload_id)
        check_alive(upload)
        return Response(headers=standing(upload))

    @extend_schema(
        parameters=[VERSION_HEADER, *PIECE_HEADERS],
        request={PIECE_TYPE: bytes},
        responses={204: None, **errors(409, 410, 412, 423, 460, 503, 507)},
        operation_id="uploads_append",
        summary="Send a piece",
    )
    def patch(self, request: Request, upload_id: str) -> Response:
        """tus 1.0: the bytes from `Upload-Offset` on. The answer's `Upload-Offset` is where the next piece begins."""
        if _content_type(request) != PIECE_TYPE:
            raise UploadRefused(f"Pieces of a file are sent as {PIECE_TYPE}.", code="wrong_type", status=415)
        offset = read_number(request.headers.get("Upload-Offset"), "Upload-Offset")
        if offset is None:
            raise UploadRefused("Say with Upload-Offset where this piece belongs.", code="bad_number")
        piece = _piece(request, offset, length=read_number(request.headers.get("Upload-Length"), "Upload-Length"))
        upload = append_piece(person=cast("Any", request.user), upload_id=upload_id, piece=piece)
        return Response(status=204, headers=progress(upload))

    @extend_schema(
        parameters=[VERSION_HEADER],
        request=None,
        responses={204: None, **errors(409, 410, 412, 423, 503)},
        operation_id="uploads_remove",
        summary="Give an upload up",
    )
    def delete(self, request: Request, upload_id: str) -> Response:
        """tus 1.0, termination: what came of it so far is removed."""
        remove_upload(person=cast("Any", request.user), upload_id=upload_id)
        return Response(status=204)


def _shown(request: Request, uploads: Any, *, many: bool = False) -> Any:
    return UploadSerializer(uploads, many=many, context={"request": request}).data


def _content_type(request: Request) -> str:
    return (request.content_type or "").partition(";")[0].strip().lower()


def _first_piece(request: Request) -> Piece | None:
    """What comes with a creation. Its offset is 0."""
    if _content_type(request) == PIECE_TYPE:
        return _piece(request, 0)
    if _size(request):
        raise UploadRefused(f"The bytes of a file are sent as {PIECE_TYPE}.", code="wrong_type", status=415)
    return None


def _piece(request: Request, offset: int, *, length: int | None = None) -> Piece:
    checksum = read_checksum(request.headers.get("Upload-Checksum"))
    stream: HttpRequest = request._request  # noqa: SLF001  (DRF's own would parse it)
    return Piece(offset=offset, read=stream.read, size_bytes=_size(request), checksum=checksum, length=length)


def _size(request: Request) -> int | None:
    return read_number(request.headers.get("Content-Length") or None, "Content-Length")


def _append_first(person: Any, upload: Upload, piece: Piece) -> Upload:
    """Its client would not learn of an upload whose first bytes are refused: then there is none."""
    try:
        return append_piece(person=person, upload_id=str(upload.pk), piece=piece)
    except UploadRefused:
        remove_upload(person=person, upload_id=str(upload.pk))
        raise
