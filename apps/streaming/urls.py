"""Only these shapes of path exist; the expressions see the decoded path and must match all of it."""

from django.urls import re_path

from apps.streaming.views import master, stream_file

_ITEM = r"(?P<item_id>[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})"
_TOKEN = r"(?P<token>[A-Za-z0-9_.-]{20,400})"  # noqa: S105
_NAME = r"(?P<name>master\.m3u8|[a-z][a-z0-9]{0,15}/(?:playlist\.m3u8|init\.mp4|seg_[0-9]{5,7}\.m4s))"

urlpatterns = [
    re_path(rf"^hls/{_ITEM}/master\.m3u8\Z", master, name="stream_master"),
    re_path(rf"^hls/{_TOKEN}/{_ITEM}/g(?P<number>[1-9][0-9]{{0,5}})/{_NAME}\Z", stream_file, name="stream_file"),
]
