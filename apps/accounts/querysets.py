"""How people are found and made."""

from typing import TYPE_CHECKING, Any

from django.contrib.auth.base_user import BaseUserManager
from django.db.models import QuerySet

from apps.accounts.enums import Role

if TYPE_CHECKING:
    from apps.accounts.models import Activity, User  # noqa: F401


class UserManager(BaseUserManager["User"]):
    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(username__iexact=username)

    def create_user(self, username: str, email: str = "", password: str | None = None, **fields: Any) -> "User":
        person = self.model(username=username, email=self.normalize_email(email), **fields)
        person.set_password(password)
        person.save(using=self._db)
        return person

    def create_superuser(self, username: str, email: str = "", password: str | None = None, **fields: Any) -> "User":
        return self.create_user(username, email, password, role=Role.OWNER, is_superuser=True, **fields)


class ActivityQuerySet(QuerySet["Activity"]):
    """What happened, the newest first where nobody asks otherwise."""
