"""Who is told of members: those who make things here and look after the members, and whose campaign it is.

register_creators(lambda: [connection.creator_id])      in AppConfig.ready(), by a source of members
"""

from collections.abc import Callable, Iterable
from uuid import UUID

from django.db.models import Q

from apps.accounts.enums import FLAGS_BY_ROLE
from apps.accounts.models import User
from apps.core.flags import Flag
from apps.notifications.services.notify import notify_all

_creators: list[Callable[[], Iterable[UUID]]] = []


def register_creators(creators: Callable[[], Iterable[UUID]]) -> None:
    if creators not in _creators:
        _creators.append(creators)


def told_of_members() -> set[UUID]:
    """Their ids: one query, and those of the sources."""
    found = set(_carrying(Flag.CREATE, Flag.MANAGE_MEMBERS))
    return found.union(*(creators() for creators in _creators))


def tell_managers(*, kind: str, text: str, url: str = "", key: str = "") -> int:
    """Tells everybody who looks after members of something that they should look at (an unknown tier, a payment)."""
    return notify_all(people=_carrying(Flag.MANAGE_MEMBERS), kind=kind, text=text, url=url, key=key)


def _carrying(*flags: Flag) -> Iterable[UUID]:
    roles = [role for role, carried in FLAGS_BY_ROLE.items() if carried.issuperset(flags)]
    people = User.objects.filter(Q(role__in=roles) | Q(is_superuser=True), is_active=True)
    return people.values_list("pk", flat=True)
