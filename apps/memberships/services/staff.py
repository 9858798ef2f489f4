"""Whom to tell of what happens to memberships."""

from collections.abc import Iterable
from uuid import UUID

from apps.accounts.enums import FLAGS_BY_ROLE
from apps.accounts.models import User
from apps.core.flags import Flag
from apps.notifications.services.notify import notify

_MOST = 50
_MANAGERS = [role for role, flags in FLAGS_BY_ROLE.items() if Flag.MANAGE_MEMBERS in flags]


def managers() -> list[UUID]:
    """Those who manage members, fifty of them at most."""
    people = User.objects.filter(role__in=_MANAGERS, is_active=True)
    return list(people.order_by("id").values_list("pk", flat=True)[:_MOST])


def tell(people: Iterable[UUID | None], *, kind: str, text: str, url: str, key: str) -> None:
    """Each of them once. Call it last in a transaction."""
    for person_id in sorted({person_id for person_id in people if person_id is not None}):
        notify(person_id=person_id, kind=kind, text=text, url=url, key=key[:120])
