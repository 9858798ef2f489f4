"""What each kind of file of a stream is served as, by the gate and by S3."""

_PLAYLIST = ("application/vnd.apple.mpegurl", "private, no-cache")
_FOR_GOOD = "private, max-age=31536000, immutable"
# Written before they are told of, and replaced only by the same again when work is repeated.
_FOR_A_DAY = "private, max-age=86400"
TYPES = {
    "m3u8": _PLAYLIST,
    "m4s": ("video/iso.segment", _FOR_GOOD),
    "mp4": ("video/mp4", _FOR_GOOD),
    "m4a": ("audio/mp4", _FOR_A_DAY),
    "vtt": ("text/vtt; charset=utf-8", _FOR_A_DAY),
    "json": ("application/json", _FOR_A_DAY),
    "dat": ("application/octet-stream", _FOR_A_DAY),
    "jpg": ("image/jpeg", _FOR_A_DAY),
    "png": ("image/png", _FOR_A_DAY),
}
# What S3 may hand out itself. The rest names its neighbours by relative addresses, which hold good below ours alone.
REDIRECTED = frozenset({"m4s", "mp4", "m4a", "jpg", "png"})


def ending_of(name: str) -> str:
    return name.rpartition(".")[2]


def headers_of(name: str) -> dict[str, str]:
    """The headers that S3 keeps with a file, by S3's own names; none for what is no part of a stream."""
    content_type, cache_control = TYPES.get(ending_of(name), ("", ""))
    return {"ContentType": content_type, "CacheControl": cache_control} if content_type else {}
