"""How people and what they did are found; how people are made."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, Self
from uuid import UUID

from django.contrib.auth.base_user import BaseUserManager
from django.db.models import Q, QuerySet
from django.db.models.functions import Lower

from apps.accounts.enums import Role

if TYPE_CHECKING:
    from apps.accounts.models import Activity, User  # noqa: F401


class UserQuerySet(QuerySet["User"]):
    def present(self) -> Self:
        """Those who are there for others: neither disabled nor leaving."""
        return self.filter(is_active=True, leaving_at=None)

    def named(self, username: str) -> Self:
        """The one with this user name, however it is written. One look into an index."""
        return self.alias(lower_name=Lower("username")).filter(lower_name=username.lower())

    def found_by(self, text: str) -> Self:
        """Those whose user name, e-mail or display name begins like this. An index range for each of the three."""
        wanted = text.strip().lower()
        if not wanted:
            return self
        lowered = self.alias(
            lower_name=Lower("username"), lower_email=Lower("email"), lower_display=Lower("display_name")
        )
        return lowered.filter(
            Q(lower_name__startswith=wanted.removeprefix("@"))
            | Q(lower_email__startswith=wanted)
            | Q(lower_display__startswith=wanted)
        )

    def in_roles(self, roles: Sequence[str]) -> Self:
        """An unknown role is nobody's."""
        return self.filter(role__in=[role for role in roles if role in Role.values])

    def in_states(self, states: Sequence[str]) -> Self:
        """`active`, `disabled` or `leaving`; an unknown state is nobody's."""
        rules = {
            "active": Q(is_active=True, leaving_at=None),
            "disabled": Q(is_active=False),
            "leaving": Q(is_active=True, leaving_at__isnull=False),
        }
        wanted = Q(pk__in=[])
        for state in states:
            wanted |= rules.get(state, Q(pk__in=[]))
        return self.filter(wanted)


class UserManager(BaseUserManager["User"]):
    def get_queryset(self) -> UserQuerySet:
        return UserQuerySet(self.model, using=self._db)

    def everyone(self) -> UserQuerySet:
        return self.get_queryset()

    def present(self) -> UserQuerySet:
        return self.get_queryset().present()

    def named(self, username: str) -> UserQuerySet:
        return self.get_queryset().named(username)

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.named(username or "").get()

    def create_user(self, username: str, email: str = "", password: str | None = None, **fields: Any) -> "User":
        person = self.model(username=username, email=self.normalize_email(email), **fields)
        person.set_password(password)
        person.save(using=self._db)
        return person

    def create_superuser(self, username: str, email: str = "", password: str | None = None, **fields: Any) -> "User":
        return self.create_user(username, email, password, role=Role.OWNER, is_superuser=True, **fields)


class ActivityQuerySet(QuerySet["Activity"]):
    """What happened. Every filter reads an index."""

    def of(self, person_id: UUID) -> Self:
        """What somebody did, what was done to them, and what staff did in their name."""
        return self.filter(Q(actor_id=person_id) | Q(subject_id=person_id))

    def within(self, since: datetime | None, until: datetime | None) -> Self:
        found = self.filter(at__gte=since) if since else self
        return found.filter(at__lt=until) if until else found

    def older_than(self, at: datetime, row_id: int) -> Self:
        """The rest of a list that is ordered by `newest_first`."""
        return self.filter(Q(at__lt=at) | Q(at=at, pk__lt=row_id), at__lte=at)

    def newest_first(self) -> Self:
        return self.order_by("-at", "-id")
