"""What media keeps of a person, for the copy of their data. The files themselves are not in it."""

from collections.abc import Iterator, Mapping
from typing import Any

from apps.media.models import Asset, Upload

_AT_ONCE = 1000


def uploads(person: Any) -> Iterator[Mapping[str, Any]]:
    shown = ("id", "state", "filename", "title", "content_type", "length", "created_at", "moved_at", "item_id", "error")
    yield from Upload.objects.filter(owner=person).order_by("id").values(*shown).iterator(chunk_size=_AT_ONCE)


def files(person: Any) -> Iterator[Mapping[str, Any]]:
    shown = ("id", "name", "content_type", "size_bytes", "sha256", "created_at")
    yield from Asset.objects.filter(owner=person).order_by("id").values(*shown).iterator(chunk_size=_AT_ONCE)
