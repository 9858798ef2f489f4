"""Everything about one person that those who manage people need to see on one page."""

from collections.abc import Sequence
from dataclasses import dataclass

from allauth.account.models import EmailAddress

from apps.accounts.enums import Role
from apps.accounts.models import Activity, PersonalToken, User
from apps.accounts.permissions import can_change_person, can_give_role, can_impersonate
from apps.catalog.models import Item
from apps.memberships.models import Grant

LINES = 20
_MOST_COUNTED = 1000


@dataclass(frozen=True)
class PersonSheet:
    """`roles` are those that the viewer may give; counts stop at a thousand."""

    person: User
    emails: Sequence[EmailAddress]
    grants: Sequence[Grant]
    tokens: Sequence[PersonalToken]
    items: int
    lines: Sequence[Activity]
    may_change: bool
    may_impersonate: bool
    roles: Sequence[tuple[str, str]]


def sheet_of(by: User, person: User) -> PersonSheet:
    """Five queries."""
    return PersonSheet(
        person=person,
        emails=list(EmailAddress.objects.filter(user=person).order_by("-primary", "id")[:20]),
        grants=list(Grant.objects.filter(person=person).select_related("tier").order_by("-id")[:20]),
        tokens=list(PersonalToken.objects.filter(owner=person).order_by("-id")[:50]),
        items=Item.objects.filter(owner=person).order_by()[:_MOST_COUNTED].count(),
        lines=list(Activity.objects.of(person.pk).newest_first()[:LINES]),
        may_change=can_change_person(by, person),
        may_impersonate=can_impersonate(by, person),
        roles=[(role.value, str(role.label)) for role in Role if can_give_role(by, person, role)],
    )
