"""Trying a tier: once for each person, by whatever account they come."""

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from apps.core.errors import Conflict
from apps.memberships.enums import Source
from apps.memberships.identities import identities_of
from apps.memberships.models import Grant, Tier, TrialClaim
from apps.memberships.services.grant import give

if TYPE_CHECKING:
    from apps.accounts.models import User


@transaction.atomic
def start_trial(*, person: "User", tier: Tier) -> Grant:
    """`trial_days` of a tier, from now on. Raises Conflict with the reason why not."""
    why_not = trial_refused(person=person, tier=tier)
    if why_not:
        raise Conflict(why_not, code="no_trial")
    now = timezone.now()
    claims = [TrialClaim(identity=name, person=person, tier=tier, claimed_at=now) for name in identities_of(person)]
    try:
        with transaction.atomic():
            TrialClaim.objects.bulk_create(claims)
    except IntegrityError as error:  # by another account, or twice at once
        raise Conflict(_ONCE, code="no_trial") from error
    return give(
        person_id=person.pk,
        tier=tier,
        source=Source.TRIAL,
        source_ref=str(person.pk),
        starts_at=now,
        ends_at=now + timedelta(days=tier.trial_days),
        reason="A trial",
        by=person,
    )


_ONCE = "You have had your trial already: there is one for each person."


def trial_refused(*, person: "User", tier: Tier) -> str:
    """Why this person cannot try this tier now, as a sentence; empty where they can. At most three queries."""
    if tier.archived_at is not None or not tier.listed or not tier.trial_days:
        return f"{tier.title} cannot be tried."
    if Grant.objects.filter(person_id=person.pk, tier=tier).exists():
        return f"You have {tier.title}, or had it before."
    if had_trial(person):
        return _ONCE
    return ""


def had_trial(person: "User") -> bool:
    return TrialClaim.objects.filter(identity__in=identities_of(person)).exists()


def remember_identities(person: "User") -> None:
    """When an account elsewhere turns out to be somebody's: if they had a trial, that one has had it as well. Four queries."""
    mine = identities_of(person)
    known = TrialClaim.objects.filter(identity__in=mine).order_by("claimed_at").first()
    if known is not None:
        claims = [
            TrialClaim(identity=name, person=person, tier_id=known.tier_id, claimed_at=known.claimed_at)
            for name in mine
        ]
        TrialClaim.objects.bulk_create(claims, ignore_conflicts=True)


def address_was_proved(*, person: "User", **_: object) -> None:
    """Receiver of `apps.accounts.signals.email_proved`."""
    remember_identities(person)


def account_was_linked(*, sociallogin: Any, **_: object) -> None:
    """Receiver of allauth's `social_account_added`."""
    remember_identities(sociallogin.user)
