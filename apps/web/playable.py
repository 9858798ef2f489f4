"""What the player in the shell is told of an item, in the page that it can be played on."""

from typing import Any

from apps.catalog.covers import Cover
from apps.catalog.enums import State
from apps.catalog.models import Item
from apps.web.stage import LISTENED_TO

# The largest picture that systems show beside what plays, in pixels.
_ARTWORK = 512


def playable(item: Item, *, preview: bool = False) -> dict[str, Any]:
    """As static/web/player/item.js reads it. Says nothing that the page itself does not show."""
    loud = item.loudness
    return {
        "id": str(item.pk),
        "title": item.title,
        "url": item.get_absolute_url(),
        "artist": str(item.tags.get("artist") or (item.owner.name if item.owner else "")),
        "kind": item.kind,
        "preview": preview,
        "sound_only": item.kind in LISTENED_TO,
        "duration_ms": item.duration_ms,
        "growing": item.topic if item.state == State.GROWING else None,
        "playback": f"/api/v1/items/{item.pk}/playback/",
        "position": f"/api/v1/items/{item.pk}/playback/position/",
        "cover": _small(item.picture) if item.picture else None,
        "chapters": [{"start_ms": one["start_ms"], "title": one["title"]} for one in item.chapters],
        "gain_db": loud.gain_db if loud else None,
    }


def _small(cover: Cover) -> str:
    """The address of the smallest width that is large enough for a lock screen, or of the largest there is."""
    return cover.url_of(next((width for width in cover.widths if width >= _ARTWORK), cover.width))
