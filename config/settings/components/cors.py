"""Who else may use the API from a browser: no other origin, unless BANDSTAND_CORS_ORIGINS names it (`*`: all).

Cookies never go along: a page elsewhere speaks with a personal token. The headers are those of tus 1.0 and its clients.
"""

from config.env import read_list, read_origins

_ORIGINS = read_list("BANDSTAND_CORS_ORIGINS")
CORS_ALLOW_ALL_ORIGINS = _ORIGINS == ["*"]
CORS_ALLOWED_ORIGINS = [] if CORS_ALLOW_ALL_ORIGINS else read_origins("BANDSTAND_CORS_ORIGINS")
CORS_URLS_REGEX = r"^/(?:api/v1|api/schema|hls)/"
CORS_ALLOW_CREDENTIALS = False
CORS_ALLOW_METHODS = ["DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST"]
CORS_ALLOW_HEADERS = [
    "authorization",
    "content-type",
    "range",
    "tus-resumable",
    "upload-checksum",
    "upload-concat",
    "upload-defer-length",
    "upload-length",
    "upload-metadata",
    "upload-offset",
    "x-csrftoken",
    "x-http-method-override",
    "x-request-id",
    "x-requested-with",
]
CORS_EXPOSE_HEADERS = [
    "Content-Range",
    "Location",
    "Retry-After",
    "Tus-Checksum-Algorithm",
    "Tus-Extension",
    "Tus-Max-Size",
    "Tus-Resumable",
    "Tus-Version",
    "Upload-Concat",
    "Upload-Defer-Length",
    "Upload-Expires",
    "Upload-Length",
    "Upload-Metadata",
    "Upload-Offset",
    "X-Request-ID",
]
CORS_PREFLIGHT_MAX_AGE = 3600
