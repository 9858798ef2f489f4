"""Who may look at, change and throw away items."""

from datetime import datetime

from apps.catalog.access import Decision, Viewer, decide
from apps.catalog.models import Collection, Item
from apps.catalog.words import refusal_words
from apps.core.errors import NotAllowed, NotFound
from apps.core.flags import Flag

Thing = Item | Collection


def check_see_item(viewer: Viewer, item: Thing, now: datetime) -> Decision:
    """Raises NotFound for what the viewer must not know of."""
    decision = decide(viewer, item.subject, now)
    if not decision.visible:
        raise NotFound("There is nothing here.")
    return decision


def check_play_item(viewer: Viewer, item: Item, now: datetime) -> Decision:
    """Whether all of it plays, or a preview. Raises NotFound for what is hidden, NotAllowed with the reason for what is
    locked.
    """
    decision = check_see_item(viewer, item, now)
    if not decision.plays:
        raise NotAllowed(refusal_words(decision), code=str(decision.reason))
    return decision


def check_edit_item(viewer: Viewer, item: Thing) -> None:
    _check_own(viewer, item, Flag.RENAME, "Only its owner may change this.")


def check_trash_item(viewer: Viewer, item: Thing) -> None:
    _check_own(viewer, item, Flag.DELETE, "Only its owner may throw this away.")


def can_edit_item(viewer: Viewer, item: Thing) -> bool:
    return _may(viewer, item, Flag.RENAME)


def can_trash_item(viewer: Viewer, item: Thing) -> bool:
    return _may(viewer, item, Flag.DELETE)


def check_make_collection(viewer: Viewer) -> None:
    if Flag.CREATE not in viewer.flags:
        raise NotAllowed("Only those who create here make collections.")


def can_ask_for_others(viewer: Viewer) -> bool:
    """Whether somebody may be told why another person can play something: what others pay for is between them and staff."""
    return Flag.MANAGE_MEMBERS in viewer.flags


def can_remove_demo(viewer: Viewer) -> bool:
    return Flag.OPERATE in viewer.flags


def check_remove_demo(viewer: Viewer) -> None:
    if not can_remove_demo(viewer):
        raise NotAllowed("Only those who run this site may take the demo away.")


def check_enter_studio(viewer: Viewer) -> None:
    """Raises NotAllowed for those who make nothing here."""
    if not viewer.flags & {Flag.CREATE, Flag.RENAME, Flag.MODERATE}:
        raise NotAllowed("The studio is for those who create here.")


def _check_own(viewer: Viewer, item: Thing, flag: Flag, sentence: str) -> None:
    if not _may(viewer, item, flag):
        raise NotAllowed(sentence)


def _may(viewer: Viewer, item: Thing, flag: Flag) -> bool:
    """Staff may; so may the owner, as long as their role still carries the flag."""
    own = viewer.signed_in and viewer.person_id == item.owner_id
    return Flag.MODERATE in viewer.flags or (own and flag in viewer.flags)
