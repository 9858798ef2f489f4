"""Who is at the other end, and what they may follow. Asked at every follow and again every minute."""

from collections.abc import Iterable
from dataclasses import dataclass
from importlib import import_module
from types import SimpleNamespace
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.utils.crypto import constant_time_compare, salted_hmac

from apps.core.errors import AppError
from apps.core.realtime.database import last_seqs
from apps.core.realtime.hub import TOPIC_NAME, authoriser


class SignedOut(Exception):
    """The session that opened this connection is over, or its person was disabled."""


GUEST_MARK = "guest"


def mark_of(person: Any, session_key: str | None) -> str:
    """What a sign-in is called in the browser: tabs with the same mark share a line, and it opens no line of another one."""
    if not getattr(person, "is_authenticated", False) or not session_key:
        return GUEST_MARK
    return salted_hmac("core.realtime.mark", session_key).hexdigest()[:32]


@dataclass
class Viewer:
    """`person` is fresh as of the last check; `session_key` is empty for visitors without a session."""

    person: Any
    session_key: str | None

    @property
    def signed_in(self) -> bool:
        return bool(self.person.is_authenticated)

    def is_meant_by(self, mark: str) -> bool:
        """Whether a page made for `mark` may use this viewer's line; programs, which have no page, give none."""
        return not mark or constant_time_compare(mark, mark_of(self.person, self.session_key))

    def resolve(self, topic: str) -> str | None:
        """The topic's full name: `me` is `me:<person>`. None for what nobody can follow."""
        if topic == "me":
            return f"me:{self.person.pk}" if self.signed_in else None
        kind = topic.partition(":")[0]
        return topic if TOPIC_NAME.match(topic) and authoriser(kind) else None


def may_follow(person: Any, name: str) -> bool:
    """Asks whoever owns the kind. Ids that are no ids read as no."""
    kind, _, thing_id = name.partition(":")
    authorise = authoriser(kind)
    try:
        return bool(authorise and authorise(person, thing_id))
    except (ValueError, ValidationError, AppError):
        return False


def decide(person: Any, name: str) -> int | None:
    """The topic's newest number if this person may follow it, else None. The owner's queries and one of ours."""
    return last_seqs([name]).get(name, 0) if may_follow(person, name) else None


def fresh_person(session_key: str | None) -> Any:
    """Whoever the session belongs to now; two queries. A session that is gone belongs to nobody."""
    if not session_key:
        return AnonymousUser()
    store = import_module(settings.SESSION_ENGINE).SessionStore(session_key)
    return get_user(SimpleNamespace(session=store))  # type: ignore[arg-type]


def look_again(viewer: Viewer, names: Iterable[str]) -> tuple[Any, set[str]]:
    """The viewer's person as of now, and which of the topics they may no longer follow; raises SignedOut."""
    person = fresh_person(viewer.session_key)
    if viewer.signed_in and person.pk != viewer.person.pk:
        raise SignedOut
    return person, {name for name in names if not may_follow(person, name)}
