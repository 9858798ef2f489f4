"""How much room one person has for their files: what their membership brings, else what the site's setting says."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Sum
from django.db.models.functions import Coalesce
from django.template.defaultfilters import filesizeformat

from apps.accounts.models import User
from apps.core import site_settings
from apps.media.errors import TooLarge
from apps.media.models import Asset, Upload
from apps.media.settings_offered import PER_PERSON
from apps.memberships.ladder import offered_tiers
from apps.memberships.standing import limits_of


@dataclass(frozen=True)
class Room:
    """`used_bytes` are files that are kept, and those on their way as far as they are announced."""

    most_bytes: int
    used_bytes: int

    @property
    def left_bytes(self) -> int:
        return max(0, self.most_bytes - self.used_bytes)

    @property
    def percent(self) -> int:
        return min(100, self.used_bytes * 100 // self.most_bytes) if self.most_bytes else 100


def room_of(owner: Any) -> Room:
    """At most three queries."""
    kept = Asset.objects.stored().filter(owner_id=owner.pk).aggregate(n=Sum("size_bytes"))["n"] or 0
    coming = Upload.objects.open().filter(owner_id=owner.pk, whole=None)
    reserved = coming.aggregate(n=Sum(Coalesce("length", "offset")))["n"] or 0
    brought = limits_of(owner).storage_bytes
    most = int(site_settings.get(PER_PERSON)) if brought is None else brought
    return Room(most, int(kept) + int(reserved))


def check_quota(owner_id: UUID, more_bytes: int) -> None:
    """Whether so much more may be kept for this person. Costs four queries. The refusal names what would have room."""
    room = room_of(User.objects.get(pk=owner_id))
    if more_bytes > room.left_bytes:
        sentence = f"This does not fit: {shown(room.left_bytes)} of your {shown(room.most_bytes)} are left."
        raise TooLarge(f"{sentence}{_more_room(room, room.used_bytes + more_bytes)}", code="over_quota")


def _more_room(room: Room, needed_bytes: int) -> str:
    """The cheapest tier that has room for it; else the one that has the most, if that is more than now."""
    larger = [tier for tier in offered_tiers() if (tier.limits.storage_bytes or 0) > room.most_bytes]
    enough = [tier for tier in larger if (tier.limits.storage_bytes or 0) >= needed_bytes]
    if not larger:
        return ""
    tier = enough[0] if enough else max(larger, key=lambda one: one.limits.storage_bytes or 0)
    return f" {tier.title} has room for {shown(tier.limits.storage_bytes or 0)}."


def shown(size_bytes: int) -> str:
    return filesizeformat(size_bytes).replace("\xa0", " ")
