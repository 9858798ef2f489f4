"""Gifts: so many days of a tier, behind a link that whoever opens it first may claim.

The link's token is a secret: it is kept as a hash, and encrypted for whoever made the gift. A gift is claimed by one
conditional update, so that two people at once cannot both have it.
"""

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone

from apps.accounts.services.activity import record
from apps.core.addresses import site_url
from apps.core.errors import Conflict, Invalid, NotFound
from apps.core.state import transition
from apps.memberships.conf import GIFT_DAYS_MOST, GIFT_OPEN_FOR, GIFT_OPEN_MOST, GIFT_REMIND_BEFORE
from apps.memberships.enums import GIFT_MOVES, GiftState, Source, State
from apps.memberships.models import Gift, Grant, Standing, Tier
from apps.memberships.permissions import check_manage_members
from apps.memberships.services.grant import give
from apps.notifications.services.notify import notify

if TYPE_CHECKING:
    from apps.accounts.models import User

_TOKEN_BYTES = 32
_GONE = {
    GiftState.CLAIMED: "This gift has been claimed already.",
    GiftState.WITHDRAWN: "This gift was taken back by whoever gave it.",
    GiftState.EXPIRED: "The time in which this gift could be claimed is over.",
}


@transaction.atomic
def make_gift(
    *,
    tier: Tier,
    days: int,
    by: "User",
    recipient_email: str = "",
    message: str = "",
    deliver_at: datetime | None = None,
    expires_at: datetime | None = None,
) -> tuple[Gift, str]:
    """The gift and its link's token. With an address it goes out by mail, now or at `deliver_at`.

    Raises NotAllowed, Invalid, and Conflict for a tier that is archived.
    """
    check_manage_members(by)
    now = timezone.now()
    recipient_email = recipient_email.strip().lower()
    if tier.archived_at is not None:
        raise Conflict(f"{tier.title} is archived: nobody can get it any more.", code="tier_archived")
    if not 1 <= days <= GIFT_DAYS_MOST:
        raise Invalid("That many days cannot be given.", fields={"days": [f"1 to {GIFT_DAYS_MOST} days."]})
    # What is delivered later than a gift may be open at all is refused below, however far away it is.
    delivered_at = min(max(now, deliver_at or now), now + GIFT_OPEN_MOST)
    expires_at = expires_at or delivered_at + GIFT_OPEN_FOR
    _check_instants(now, deliver_at, expires_at, recipient_email)
    token = secrets.token_urlsafe(_TOKEN_BYTES)
    gift = Gift.objects.create(
        tier=tier,
        days=days,
        digest=digest_of(token),
        sealed=token,
        made_by=by,
        recipient_email=recipient_email,
        message=message.strip(),
        deliver_at=(deliver_at or now) if recipient_email else None,
        expires_at=expires_at,
        remind_at=_remind_at(now, expires_at) if recipient_email else None,
    )
    record("gift.made", actor=by, gift=str(gift.pk), tier=tier.title, days=days)
    return gift, token


def _check_instants(now: datetime, deliver_at: datetime | None, expires_at: datetime, recipient_email: str) -> None:
    if recipient_email:
        try:
            validate_email(recipient_email)
        except ValidationError as error:
            raise Invalid("This is no address.", fields={"recipient_email": ["This is no address."]}) from error
    elif deliver_at is not None:
        raise Invalid("To whom?", fields={"recipient_email": ["Without an address it cannot be delivered."]})
    if not max(now, deliver_at or now) < expires_at <= now + GIFT_OPEN_MOST:
        sentence = "It can be claimed after its delivery, and for a year at most."
        raise Invalid(sentence, fields={"expires_at": [sentence]})


def _remind_at(now: datetime, expires_at: datetime) -> datetime:
    """A week before the end; of a short time, in its last quarter."""
    return expires_at - min(GIFT_REMIND_BEFORE, (expires_at - now) / 4)


def digest_of(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def link_of(gift: Gift) -> str:
    """What is sent on: for whoever made the gift, and for its mail."""
    return f"{site_url()}{reverse('gift', args=[gift.sealed])}"


def find_gift(token: str) -> Gift:
    """The gift that a link leads to, whatever became of it. Raises NotFound; callers limit how often is tried."""
    gift = Gift.objects.select_related("tier", "made_by").filter(digest=digest_of(token)).first()
    if gift is None:
        raise NotFound("This link leads to no gift. Was it copied whole?")
    return gift


def why_gone(gift: Gift, now: datetime | None = None) -> str:
    """Why it cannot be claimed now, as a sentence; empty where it can."""
    if gift.state != GiftState.OPEN:
        return _GONE[GiftState(gift.state)]
    return _GONE[GiftState.EXPIRED] if gift.expires_at <= (now or timezone.now()) else ""


@transaction.atomic
def claim_gift(*, gift: Gift, person: "User") -> Grant:
    """Makes it a grant that begins now, or when what the person has of the same tier ends. Raises Conflict."""
    now = timezone.now()
    moved = transition(
        Gift.objects.filter(pk=gift.pk, expires_at__gt=now),
        moves=GIFT_MOVES,
        sources=[GiftState.OPEN],
        target=GiftState.CLAIMED,
        claimed_by=person,
        claimed_at=now,
    )
    if not moved:
        gift.refresh_from_db()
        raise Conflict(why_gone(gift, now), code="gift_gone")
    starts_at = _after_others(person, gift.tier_id, now)
    grant = give(
        person_id=person.pk,
        tier=gift.tier,
        source=Source.GIFT,
        source_ref=str(gift.pk),
        starts_at=starts_at,
        ends_at=starts_at + timedelta(days=gift.days),
        reason="A gift",
        by=gift.made_by,
    )
    record("gift.claimed", actor=person, gift=str(gift.pk), tier=gift.tier.title, grant=str(grant.pk))
    _tell_both(gift, person)
    return grant


def _after_others(person: "User", tier_id: UUID, now: datetime) -> datetime:
    """When the last of the person's grants of this tier ends. Two gifts claimed at once wait for each other here."""
    Standing.objects.get_or_create(person_id=person.pk)
    Standing.objects.select_for_update().get(pk=person.pk)
    others = Grant.objects.filter(person_id=person.pk, tier_id=tier_id).exclude(state=State.REVOKED)
    if others.filter(ends_at=None).exists():
        raise Conflict("You have this for good already. Give the link to somebody else.", code="have_it_already")
    ends = others.filter(ends_at__gt=now).order_by("-ends_at").values_list("ends_at", flat=True).first()
    return ends or now


def _tell_both(gift: Gift, person: "User") -> None:
    """In the order of their ids, as topics are locked."""
    words = {
        person.pk: (
            "gift.received",
            f"Your gift is claimed: {gift.days} days of {gift.tier.title}.",
            "settings-membership",
        )
    }
    if gift.made_by_id and gift.made_by_id != person.pk:
        words[gift.made_by_id] = (
            "gift.claimed",
            f"{person.name} claimed your gift of {gift.tier.title}.",
            "studio-gifts",
        )
    for person_id, (kind, text, url) in sorted(words.items()):
        notify(person_id=person_id, kind=kind, text=text, url=reverse(url), key=f"gift:{gift.pk}")


@transaction.atomic
def withdraw_gift(*, gift: Gift, by: "User") -> Gift:
    """Nobody can claim it any more. Raises NotAllowed, and Conflict where it is too late."""
    check_manage_members(by)
    moved = transition(
        Gift.objects.filter(pk=gift.pk), moves=GIFT_MOVES, sources=[GiftState.OPEN], target=GiftState.WITHDRAWN
    )
    gift.refresh_from_db()
    if not moved:
        raise Conflict(_GONE[GiftState(gift.state)], code="gift_gone")
    record("gift.withdrawn", actor=by, gift=str(gift.pk), tier=gift.tier.title)
    return gift


def expire_gifts(*, now: datetime | None = None) -> int:
    """By the clock: those that nobody claimed. Returns how many."""
    over = Gift.objects.filter(expires_at__lte=now or timezone.now())
    return transition(over, moves=GIFT_MOVES, sources=[GiftState.OPEN], target=GiftState.EXPIRED)


def gifts_for(person: "User") -> list[Gift]:
    """Open gifts that were sent to an address which this person has proved to be theirs: they need no link."""
    addresses = list(person.emailaddress_set.filter(verified=True).values_list("email", flat=True))  # type: ignore[attr-defined]
    if not addresses:
        return []
    now = timezone.now()
    open_ones = Gift.objects.claimable(now).filter(
        recipient_email__in=[address.lower() for address in addresses], deliver_at__lte=now
    )
    return list(open_ones.select_related("tier", "made_by").order_by(Coalesce("deliver_at", "created_at"))[:20])
