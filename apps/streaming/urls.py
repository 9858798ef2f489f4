"""Only these shapes of path exist; the expressions see the decoded path and must match all of it."""

from django.urls import re_path

from apps.streaming.views import download, master, source_file, stream_file

_ITEM = r"(?P<item_id>[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})"
_TOKEN = r"(?P<token>[A-Za-z0-9_.-]{20,400})"  # noqa: S105
_FILES = (
    r"master\.m3u8",
    r"[a-z][a-z0-9]{0,15}/(?:playlist\.m3u8|init\.mp4|seg_[0-9]{5,7}\.m4s)",
    r"t[1-9][0-9]?/subtitles\.vtt",
    r"peaks/(?:overview\.json|overview\.dat|detail\.json|detail\.dat|wave\.png)",
    r"story/(?:storyboard\.vtt|storyboard\.json|sheet_[0-9]{3}\.jpg)",
    r"progressive/[a-z0-9][a-z0-9-]{0,34}\.m4a",
)
_NAME = rf"(?P<name>{'|'.join(_FILES)})"

urlpatterns = [
    re_path(rf"^hls/{_ITEM}/master\.m3u8\Z", master, name="stream_master"),
    re_path(rf"^hls/{_TOKEN}/{_ITEM}/g(?P<number>[1-9][0-9]{{0,5}})/{_NAME}\Z", stream_file, name="stream_file"),
    re_path(rf"^hls/{_TOKEN}/{_ITEM}/source\Z", source_file, name="stream_source"),
    re_path(rf"^hls/{_TOKEN}/{_ITEM}/download\Z", download, name="stream_download"),
]
