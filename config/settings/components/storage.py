"""Where people's files and streams live: below `var/media/`, or in an S3 bucket. docs/howto/s3.md explains each variable."""

from config.env import BadEnvironment, read_int, read_secret, read_str
from config.paths import MEDIA

_BUCKET = read_str("S3_BUCKET")
_PLACE = read_str("BANDSTAND_STORAGE") or ("s3" if _BUCKET else "local")
if _PLACE not in {"local", "s3"} or (_PLACE == "s3" and not _BUCKET):
    raise BadEnvironment("BANDSTAND_STORAGE", "local, or s3 together with S3_BUCKET")

_FOLDER = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": MEDIA}}
_S3 = {
    "BACKEND": "apps.media.storage.bucket.MediaBucket",
    "OPTIONS": {
        "bucket_name": _BUCKET,
        "endpoint_url": read_str("S3_ENDPOINT_URL") or None,
        "region_name": read_str("S3_REGION") or None,
        "access_key": read_secret("S3_ACCESS_KEY"),
        "secret_key": read_secret("S3_SECRET_KEY"),
        "addressing_style": read_str("S3_ADDRESSING_STYLE") or "path",
    },
}
# `media`: where what is new will live. `s3`: where what says so lives, also while everything is being moved away from it.
MEDIA_STORAGES = {"media": _S3 if _PLACE == "s3" else _FOLDER, **({"s3": _S3} if _BUCKET else {})}

# Who carries the bytes of what lives in S3: this site (`proxy`), or S3 itself by addresses that are good for `S3_LINK_S`.
S3_DELIVERY = read_str("S3_DELIVERY") or "proxy"
if S3_DELIVERY not in {"proxy", "redirect"}:
    raise BadEnvironment("S3_DELIVERY", "proxy or redirect")
S3_LINK_S = read_int("S3_LINK_S", 300, minimum=10)
if S3_LINK_S > 7 * 24 * 3600:
    raise BadEnvironment("S3_LINK_S", "at most 604800 (7 days)")
# With `redirect` the pages' policy lets browsers fetch from here: the bucket's scheme and host, as they see it.
S3_ORIGIN = read_str("S3_ORIGIN") or read_str("S3_ENDPOINT_URL")
if S3_DELIVERY == "redirect" and not S3_ORIGIN:
    raise BadEnvironment("S3_ORIGIN", "the scheme and host of the bucket where S3_DELIVERY is redirect")
# Room for copies of sources that are needed on this machine again.
MEDIA_CACHE_BYTES = read_int("S3_CACHE_GB", 50, minimum=1) << 30
