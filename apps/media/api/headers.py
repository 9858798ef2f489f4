"""The request headers of tus 1.0, for the OpenAPI document."""

from drf_spectacular.utils import OpenApiParameter

from apps.media.tus import VERSION


def _header(name: str, about: str, *, kind: type = str, required: bool = False) -> OpenApiParameter:
    return OpenApiParameter(name, kind, OpenApiParameter.HEADER, required=required, description=about)


VERSION_HEADER = OpenApiParameter(
    "Tus-Resumable", str, OpenApiParameter.HEADER, required=True, enum=[VERSION], description="The version of tus."
)
_CHECKSUM = _header("Upload-Checksum", "Of the body: `sha256`, `sha1` or `md5`, a blank, the digest in base64.")
CREATION_HEADERS = (
    _header("Upload-Length", "The size of the whole file in bytes.", kind=int),
    _header("Upload-Defer-Length", "`1`: the size is told later."),
    _header(
        "Upload-Metadata", "Pairs of a key and its value in base64, comma-separated: filename, filetype, title, kind."
    ),
    _header("Upload-Concat", "`partial`, or `final;` and the addresses of the parts."),
    _CHECKSUM,
)
PIECE_HEADERS = (
    _header("Upload-Offset", "Where this piece begins.", kind=int, required=True),
    _header("Upload-Length", "The size of the whole file, where it was not told before.", kind=int),
    _CHECKSUM,
)
