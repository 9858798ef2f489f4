"""Who may look behind the streams, and have things encoded anew."""

from apps.catalog.access import Decision, Viewer
from apps.catalog.models import Item
from apps.core.errors import NotAllowed
from apps.core.flags import Flag, has_flag


def check_operate_streams(person: object) -> None:
    """Raises NotAllowed for everyone who does not operate the site."""
    if not has_flag(person, Flag.OPERATE):
        raise NotAllowed("Only those who run this site may do that.")


def check_encode_item(viewer: Viewer, item: Item) -> None:
    """Raises NotAllowed for everyone but its owner, as long as they may create, and those who operate the site."""
    if not can_encode_item(viewer, item):
        raise NotAllowed("Only its owner may have this encoded.")


def can_encode_item(viewer: Viewer, item: Item) -> bool:
    own = viewer.signed_in and viewer.person_id == item.owner_id
    return Flag.OPERATE in viewer.flags or (own and Flag.CREATE in viewer.flags)


def can_keep_item(viewer: Viewer, item: Item, decision: Decision) -> bool:
    """Whether somebody gets the original as a file: its owner and staff, and whom their tier lets, where its owner does."""
    return decision.own or (decision.allowed and item.downloads and viewer.limits.downloads)
