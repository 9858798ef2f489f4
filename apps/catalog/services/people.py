"""Finding somebody of whom staff ask what they may play."""

from contextlib import suppress
from uuid import UUID

from django.db.models import Q

from apps.accounts.models import User
from apps.core.errors import NotFound


def find_person(name: str) -> User:
    """By user name, e-mail address or id. Raises NotFound."""
    name = name.replace("\0", "")[:254]
    wanted = Q(username__iexact=name) | Q(email__iexact=name)
    with suppress(ValueError):
        wanted |= Q(pk=UUID(name))
    found = User.objects.filter(wanted).order_by("pk").first()
    if found is None:
        raise NotFound(f"There is nobody called “{name[:80]}” here.")
    return found
