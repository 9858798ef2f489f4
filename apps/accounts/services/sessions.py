"""Where somebody is signed in: looked at, ended. What is ended is felt by open sockets within seconds."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from importlib import import_module
from typing import Any

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from apps.accounts.models import User
from apps.accounts.services.devices import device_of
from apps.accounts.signals import sign_ins_ended
from apps.core.errors import NotFound
from apps.core.realtime.hub import recheck

MOST_SHOWN = 100
_UNKNOWN = "0.0.0.0"  # noqa: S104 - what is kept where no address was told


@dataclass(frozen=True)
class SignedIn:
    """One place where somebody is signed in. `id` is a number for forms; the session's own key is nobody's to see."""

    id: int
    device: str
    address: str
    created_at: datetime
    last_seen_at: datetime
    current: bool


def lock_session(key: str) -> None:
    """Whoever changes what this session holds waits until the caller's transaction ends. One that is gone is no trouble."""
    _store().get_model_class().objects.select_for_update().filter(pk=key).first()


def _store(key: str | None = None) -> Any:
    return import_module(settings.SESSION_ENGINE).SessionStore(key)


def sessions_of(person: User, *, current_key: str | None) -> list[SignedIn]:
    """The latest first, the one that asks on top; at most a hundred. Two queries: those that are over are left out."""
    rows = list(UserSession.objects.filter(user=person).order_by("-last_seen_at")[:MOST_SHOWN])
    alive = _alive(row.session_key for row in rows)
    shown = [
        SignedIn(
            id=row.pk,
            device=device_of(row.user_agent),
            address="" if row.ip == _UNKNOWN else row.ip,
            created_at=row.created_at,
            last_seen_at=row.last_seen_at,
            current=row.session_key == current_key,
        )
        for row in rows
        if row.session_key in alive
    ]
    return sorted(shown, key=lambda one: not one.current)


def _alive(keys: Iterable[str]) -> set[str]:
    model = _store().get_model_class()
    from_now = model.objects.filter(session_key__in=list(keys), expire_date__gt=timezone.now())
    return set(from_now.values_list("session_key", flat=True))


@transaction.atomic
def end_session(*, person: User, session_id: int) -> None:
    """Signs one of their devices out. Another person's session is as unknown as one that never was."""
    row = UserSession.objects.filter(user=person, pk=session_id).first()
    if row is None:
        raise NotFound("You are not signed in there any more.")
    row.end()
    sign_ins_ended.send(User, keys=[row.session_key])
    recheck(person.pk)


@transaction.atomic
def end_other_sessions(*, person: User, current_key: str | None) -> int:
    """Signs all other devices out; returns how many there were."""
    return _end(person, UserSession.objects.filter(user=person).exclude(session_key=current_key))


@transaction.atomic
def end_all_sessions(*, person: User) -> int:
    return _end(person, UserSession.objects.filter(user=person))


def _end(person: User, rows: Any) -> int:
    keys = list(rows.values_list("session_key", flat=True))
    _store().get_model_class().objects.filter(session_key__in=keys).delete()
    rows.filter(session_key__in=keys).delete()
    sign_ins_ended.send(User, keys=keys)
    recheck(person.pk)
    return len(keys)


def session_over(*, person: User, session: Any) -> None:
    """This very session ends now: it is gone before anybody's sockets ask again."""
    if session.session_key:
        UserSession.objects.filter(session_key=session.session_key).delete()
        session.delete(session.session_key)
        sign_ins_ended.send(User, keys=[session.session_key])
    recheck(person.pk)
