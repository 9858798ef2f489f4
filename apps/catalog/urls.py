"""Only this shape of path exists; the expression sees the decoded path and must match all of it."""

from django.urls import re_path

from apps.catalog.views import cover_file

_ITEM = r"(?P<item_id>[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})"

urlpatterns = [
    re_path(rf"^covers/{_ITEM}/(?P<key>[0-9a-f]{{16}})-(?P<width>[1-9][0-9]{{0,3}})\.webp\Z", cover_file, name="cover"),
]
