"""A person links their account to a user of Patreon, or unlinks it: their grants follow at once, from what is known."""

from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from apps.memberships.models import PatreonMember
from apps.memberships.services.patreon.observe import ground_of, settle
from apps.memberships.services.patreon.people import PROVIDER, people_of

if TYPE_CHECKING:
    from allauth.socialaccount.models import SocialAccount

_MOST = 100  # campaigns that one user supports here


@transaction.atomic
def follow_links(*, user_ids: set[str]) -> int:
    """Brings the members of these users in line with who has linked them now; returns how many rows changed."""
    people = people_of(user_ids)
    rows = PatreonMember.objects.select_for_update(of=("self",)).filter(user_id__in=user_ids).order_by("pk")[:_MOST]
    changed: dict[UUID, list[PatreonMember]] = {}
    for row in rows:
        person_id = people.get(row.user_id)
        if row.person_id != person_id:
            row.person_id = person_id
            row.save(update_fields=["person", "updated_at"])
            changed.setdefault(row.campaign_id, []).append(row)
    for campaign_id, members in changed.items():
        linked = [row.pk for row in members]
        settle(members, ground_of(campaign_id), timezone.now(), linked=linked)
    return sum(map(len, changed.values()))


def linked(account: "SocialAccount") -> None:
    """An account elsewhere was linked, or unlinked."""
    if account.provider == PROVIDER and account.uid:
        follow_links(user_ids={account.uid})
