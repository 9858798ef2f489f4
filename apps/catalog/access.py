"""The one access decision. Page, API, playlist, segment and socket all ask `decide`.

It is pure: what it needs to know about the viewer and the thing is handed in, frozen. `querysets.py` holds the same
rules as a query; `tests/catalog/test_access.py` holds the two together.
"""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from apps.catalog.enums import Policy
from apps.core.flags import Flag, has_flag


@dataclass(frozen=True)
class Viewer:
    """Who asks. `person_id` is empty for a visitor without an account."""

    person_id: UUID | None = None
    flags: frozenset[Flag] = field(default_factory=frozenset)

    @property
    def signed_in(self) -> bool:
        return self.person_id is not None


NOBODY = Viewer()


@dataclass(frozen=True)
class Subject:
    """What is asked for."""

    owner_id: UUID | None
    policy: str
    published_at: datetime | None
    trashed_at: datetime | None


class Verdict(StrEnum):
    ALLOW = "allow"
    PREVIEW = "preview"
    DENY = "deny"


class Reason(StrEnum):
    OPEN = "open"
    OWN = "own"
    STAFF = "staff"
    TRASHED = "trashed"
    NOT_PUBLISHED = "not_published"
    SIGN_IN = "sign_in"


# Reasons that must not even tell that the thing exists.
_HIDDEN = frozenset({Reason.TRASHED, Reason.NOT_PUBLISHED})


@dataclass(frozen=True)
class Decision:
    """`opens_at` is when a denied viewer may come back, if that is known; `preview_ms` how much a preview plays."""

    verdict: Verdict
    reason: Reason
    preview_ms: int = 0
    opens_at: datetime | None = None

    @property
    def allowed(self) -> bool:
        return self.verdict is Verdict.ALLOW

    @property
    def visible(self) -> bool:
        """Whether the viewer may know of the thing: locked things are shown, hidden ones are not."""
        return self.reason not in _HIDDEN


def viewer_of(person: object) -> Viewer:
    """The facts about a person; a visitor, or an account that was closed, is nobody."""
    if not getattr(person, "is_active", False):
        return NOBODY
    return Viewer(getattr(person, "pk", None), frozenset(flag for flag in Flag if has_flag(person, flag)))


def decide(viewer: Viewer, subject: Subject, now: datetime) -> Decision:
    """Whether `viewer` may play `subject` at `now`, and why."""
    if subject.trashed_at is not None:
        return Decision(Verdict.DENY, Reason.TRASHED)
    if viewer.signed_in and viewer.person_id == subject.owner_id:
        return Decision(Verdict.ALLOW, Reason.OWN)
    if Flag.MODERATE in viewer.flags:
        return Decision(Verdict.ALLOW, Reason.STAFF)
    if subject.published_at is None or subject.published_at > now:
        return Decision(Verdict.DENY, Reason.NOT_PUBLISHED, opens_at=subject.published_at)
    if subject.policy == Policy.SIGNED_IN and not viewer.signed_in:
        return Decision(Verdict.DENY, Reason.SIGN_IN)
    return Decision(Verdict.ALLOW, Reason.OPEN)
