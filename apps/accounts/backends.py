"""Who signs in, and how a signed-in person is read for each request."""

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.conf import settings

from apps.accounts.models import User


class PersonBackend(AuthenticationBackend):  # type: ignore[misc]
    """allauth's. A person is read with the rows of theirs that every page needs (`PERSON_READ_WITH`), by one query."""

    def get_user(self, user_id: Any) -> User | None:
        person = User.objects.select_related(*settings.PERSON_READ_WITH).filter(pk=user_id).first()
        return person if person is not None and self.user_can_authenticate(person) else None
