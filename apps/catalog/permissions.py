"""Who may look at, change and throw away items."""

from datetime import datetime

from apps.catalog.access import Reason, Viewer, decide
from apps.catalog.models import Item
from apps.core.errors import NotAllowed, NotFound
from apps.core.flags import Flag

_SENTENCES = {Reason.SIGN_IN: "Sign in to play this."}


def check_see_item(viewer: Viewer, item: Item, now: datetime) -> None:
    """Raises NotFound for what the viewer must not know of."""
    if not decide(viewer, item.subject, now).visible:
        raise NotFound("There is nothing here.")


def check_play_item(viewer: Viewer, item: Item, now: datetime) -> None:
    """Raises NotFound for what is hidden, NotAllowed with the reason for what is locked."""
    decision = decide(viewer, item.subject, now)
    if not decision.visible:
        raise NotFound("There is nothing here.")
    if not decision.allowed:
        raise NotAllowed(_SENTENCES.get(decision.reason, "You may not play this."), code=str(decision.reason))


def check_edit_item(viewer: Viewer, item: Item) -> None:
    _check_own(viewer, item, Flag.RENAME, "Only its owner may change this.")


def check_trash_item(viewer: Viewer, item: Item) -> None:
    _check_own(viewer, item, Flag.DELETE, "Only its owner may throw this away.")


def can_edit_item(viewer: Viewer, item: Item) -> bool:
    return _may(viewer, item, Flag.RENAME)


def can_trash_item(viewer: Viewer, item: Item) -> bool:
    return _may(viewer, item, Flag.DELETE)


def can_remove_demo(viewer: Viewer) -> bool:
    return Flag.OPERATE in viewer.flags


def check_remove_demo(viewer: Viewer) -> None:
    if not can_remove_demo(viewer):
        raise NotAllowed("Only those who run this site may take the demo away.")


def check_enter_studio(viewer: Viewer) -> None:
    """Raises NotAllowed for those who make nothing here."""
    if not viewer.flags & {Flag.CREATE, Flag.RENAME, Flag.MODERATE}:
        raise NotAllowed("The studio is for those who create here.")


def _check_own(viewer: Viewer, item: Item, flag: Flag, sentence: str) -> None:
    if not _may(viewer, item, flag):
        raise NotAllowed(sentence)


def _may(viewer: Viewer, item: Item, flag: Flag) -> bool:
    """Staff may; so may the owner, as long as their role still carries the flag."""
    own = viewer.signed_in and viewer.person_id == item.owner_id
    return Flag.MODERATE in viewer.flags or (own and flag in viewer.flags)
