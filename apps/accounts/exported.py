"""What accounts and jobs keep of a person, for the copy of their data. Secrets and other people's names stay out."""

from collections.abc import Iterator, Mapping
from typing import Any

from allauth.account.models import EmailAddress

from apps.accounts.models import Activity, PersonalToken, User
from apps.jobs.models import Job

_AT_ONCE = 1000
_ACCOUNT = (
    "id",
    "username",
    "email",
    "display_name",
    "bio",
    "role",
    "time_zone",
    "language",
    "profile_seen_by",
    "created_at",
    "last_login",
)


def account(person: User) -> Iterator[Mapping[str, Any]]:
    yield {name: getattr(person, name) for name in _ACCOUNT}


def emails(person: User) -> Iterator[Mapping[str, Any]]:
    yield from EmailAddress.objects.filter(user=person).values("email", "primary", "verified")


def tokens(person: User) -> Iterator[Mapping[str, Any]]:
    shown = ("id", "kind", "name", "scopes", "created_at", "last_used_at", "last_used_from", "expires_at")
    yield from PersonalToken.objects.filter(owner=person).values(*shown)


def activity(person: User) -> Iterator[Mapping[str, Any]]:
    """What they did, from where; and that something was done to them, without the address of who did it."""
    own = Activity.objects.filter(actor_id=person.pk, through_id=None)
    shown = ("at", "action", "subject_name", "address", "agent", "details")
    yield from own.newest_first().values(*shown).iterator(chunk_size=_AT_ONCE)
    others = Activity.objects.filter(subject_id=person.pk).exclude(actor_id=person.pk, through_id=None)
    yield from others.newest_first().values("at", "action").iterator(chunk_size=_AT_ONCE)


def jobs(person: User) -> Iterator[Mapping[str, Any]]:
    shown = ("id", "kind", "state", "created_at", "started_at", "ended_at", "params", "result", "error_message")
    yield from Job.objects.filter(owner=person).order_by("id").values(*shown).iterator(chunk_size=_AT_ONCE)
