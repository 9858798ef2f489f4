"""What stands below an item's picture: what its file says about it, its chapters, and whether its owner has it already."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from apps.catalog.access import NOBODY, Viewer, decide
from apps.catalog.covers import Cover
from apps.catalog.enums import State
from apps.catalog.models import Item
from apps.catalog.permissions import can_edit_item

# Tags in the order in which a line of them reads well.
_LINE = ("artist", "album", "date", "genre")
_MAKING = frozenset({State.PREPARING, State.GROWING})
# Nobody describes a file for longer than this; then the page stops asking.
_PATIENCE = timedelta(hours=1)


@dataclass(frozen=True)
class ChapterLink:
    """`at` is the start as links carry it, in seconds."""

    title: str
    start_ms: int

    @property
    def at(self) -> str:
        return f"{self.start_ms / 1000:.3f}".rstrip("0").rstrip(".")


@dataclass(frozen=True)
class About:
    """`known` is the older item with the same bytes, for their owner alone. `unsettled`: more may be found out soon."""

    words: Sequence[str]
    chapters: Sequence[ChapterLink]
    known: Item | None
    unsettled: bool


def about_of(viewer: Viewer, item: Item, now: datetime, *, plays: bool) -> About:
    """`plays`: whether anything of it plays for the viewer, who may follow what goes on in it then."""
    return About(
        words=[item.tags[name] for name in _LINE if item.tags.get(name)],
        chapters=[ChapterLink(one["title"], one["start_ms"]) for one in item.chapters],
        known=known_copy(viewer, item),
        unsettled=plays
        and (item.state in _MAKING or (item.described_at is None and item.created_at > now - _PATIENCE)),
    )


def known_copy(viewer: Viewer, item: Item) -> Item | None:
    """The older item with the same bytes, for their owner alone."""
    own = viewer.signed_in and viewer.person_id == item.owner_id
    if item.duplicate_of_id is None or not own or not can_edit_item(viewer, item):
        return None
    return Item.objects.filter(pk=item.duplicate_of_id, owner_id=viewer.person_id).only("slug", "title").first()


def shared_picture(item: Item, now: datetime) -> Cover | None:
    """The picture that other sites may show with a link to the item: of what everyone may play."""
    return item.picture if decide(NOBODY, item.subject, now).allowed else None
