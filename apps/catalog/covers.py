"""Pictures of items: where their files lie, and where players, pages and programs find them."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from django.conf import settings

COVERS = "covers"


def covers_folder(item_id: UUID) -> Path:
    return Path(settings.MEDIA_ROOT) / COVERS / str(item_id)


def cover_name(key: str, width: int) -> str:
    return f"{key}-{width}.webp"


@dataclass(frozen=True)
class Cover:
    """An item's picture in several widths; `width` and `height` are those of the largest. `key` changes with its content."""

    item_id: UUID
    key: str
    widths: Sequence[int]
    height: int
    origin: str

    @property
    def width(self) -> int:
        return self.widths[-1]

    @property
    def is_wide(self) -> bool:
        """Whether it fills a frame of 16:9 without losing much; others are shown whole in it."""
        return self.width * 3 >= self.height * 4

    @property
    def url(self) -> str:
        return self.url_of(self.width)

    @property
    def srcset(self) -> str:
        """For `<img>`: every width with its address."""
        return ", ".join(f"{self.url_of(width)} {width}w" for width in self.widths)

    def url_of(self, width: int) -> str:
        return f"/covers/{self.item_id}/{cover_name(self.key, width)}"
