"""What staff do with a grant that is there: pause it, let it go on, give it another end, take it back."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from apps.accounts.services.activity import record
from apps.core.errors import Conflict
from apps.core.state import transition
from apps.memberships.enums import MOVES, State
from apps.memberships.models import Grant
from apps.memberships.permissions import check_manage_members
from apps.memberships.services import grant as grants
from apps.memberships.standing import reckon

if TYPE_CHECKING:
    from apps.accounts.models import User

_WORDS = {State.ACTIVE: "under way", State.PAUSED: "paused", State.REVOKED: "taken back"}


@transaction.atomic
def pause_grant(*, grant: Grant, by: "User", reason: str = "") -> Grant:
    """While it is paused it does not count, and its time stands still. Raises Conflict unless it is under way."""
    check_manage_members(by)
    now = timezone.now()
    fields = {"reason": reason[:300]} if reason else {}
    _move(grant, [State.ACTIVE], State.PAUSED, paused_at=now, **fields)
    return _done(grant, by, "paused", reason)


@transaction.atomic
def resume_grant(*, grant: Grant, by: "User") -> Grant:
    """It counts again; its end and its grace come as much later as it was paused. Raises Conflict unless it is paused.

    What had not begun when it was paused begins as planned.
    """
    check_manage_members(by)
    held = Grant.objects.select_for_update().get(pk=grant.pk)
    if held.state != State.PAUSED or held.paused_at is None:
        raise _not_now(held)
    now = timezone.now()
    length = max(now - max(held.paused_at, held.starts_at), timedelta())
    # An end that had passed before the pause is not moved: its grace alone was held.
    ahead = [name for name in ("ends_at", "grace_until") if _was_ahead(getattr(held, name), held.paused_at)]
    fields = {name: F(name) + length for name in ahead}
    _move(grant, [State.PAUSED], State.ACTIVE, paused_at=None, ending_told_at=None, **fields)
    return _done(grant, by, "resumed", "")


@transaction.atomic
def change_grant(*, grant: Grant, by: "User", **fields: object) -> Grant:
    """Another `ends_at` (None: for good) or `reason`. An end of Patreon or Ko-fi is theirs, and comes back with the next sync.

    Grace that no longer follows the end goes. Raises Invalid, and Conflict for one that was taken back.
    """
    check_manage_members(by)
    held = Grant.objects.select_for_update().get(pk=grant.pk)
    if held.state == State.REVOKED:
        raise _not_now(held)
    before = held.ends_at
    if "ends_at" in fields:
        ends_at = fields["ends_at"]
        assert ends_at is None or isinstance(ends_at, datetime)
        grants.check_within_an_age(ends_at=ends_at)
        grants.check_dates(held.starts_at, ends_at, None)
        held.ends_at, held.ending_told_at = ends_at, None
        if held.grace_until is not None and (ends_at is None or held.grace_until < ends_at or before != ends_at):
            held.grace_until = None
    if "reason" in fields:
        held.reason = str(fields["reason"])[:300]
    held.save()
    reckon(held.person_id)
    changed = [before and before.isoformat(), held.ends_at and held.ends_at.isoformat()]
    record("grant.changed", actor=by, subject=held.person, tier=held.tier.title, grant=str(held.pk), ends_at=changed)
    return held


@transaction.atomic
def revoke_grant(*, grant: Grant, by: "User", reason: str = "") -> Grant:
    """Takes it back at once. One that Patreon or Ko-fi vouches for comes back with their next word. Raises Conflict."""
    check_manage_members(by)
    if not grants.revoke(grant=grant, reason=reason):
        raise _not_now(Grant.objects.get(pk=grant.pk))
    return _done(grant, by, "revoked", reason, reckoned=True)


def _was_ahead(instant: datetime | None, paused_at: datetime) -> bool:
    return instant is not None and instant > paused_at


def _move(grant: Grant, sources: list[State], target: State, **fields: object) -> None:
    moved = transition(Grant.objects.filter(pk=grant.pk), moves=MOVES, sources=sources, target=target, **fields)
    if not moved:
        raise _not_now(Grant.objects.get(pk=grant.pk))


def _done(grant: Grant, by: "User", what: str, reason: str, *, reckoned: bool = False) -> Grant:
    grant.refresh_from_db()
    record(
        f"grant.{what}", actor=by, subject=grant.person, tier=grant.tier.title, grant=str(grant.pk), reason=reason[:300]
    )
    if not reckoned:
        reckon(grant.person_id)
    return grant


def _not_now(grant: Grant) -> Conflict:
    return Conflict(f"This membership is {_WORDS[State(grant.state)]}, so that cannot be done.", code="grant_state")
