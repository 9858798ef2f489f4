"""Tiers, what people were granted of them, and what that adds up to."""

from datetime import datetime
from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from apps.core.encryption import EncryptedTextField
from apps.core.models import Base
from apps.memberships.entitlements import Limits, TierFacts
from apps.memberships.enums import RENEWED_ELSEWHERE, Change, GiftState, Source, State
from apps.memberships.querysets import GiftQuerySet, GrantQuerySet, TierQuerySet


class Tier(Base):
    """A rung of membership. What is archived can be got no more; who has it keeps it, and policies may still name it.

    Of two tiers the one with the higher `rank` opens everything that the other does, where a policy goes by rank.
    """

    title = models.CharField(max_length=80)
    slug = models.SlugField(max_length=80, unique=True)
    rank = models.PositiveIntegerField(validators=[MinValueValidator(1)], help_text="1 is the lowest. May be shared.")
    summary = models.CharField(max_length=500, blank=True)
    benefits = ArrayField(models.CharField(max_length=160), default=list, blank=True, help_text="A sentence each.")
    price_cents = models.PositiveIntegerField(null=True, blank=True, help_text="A month, to be shown; paid elsewhere.")
    currency = models.CharField(max_length=3, blank=True)
    join_url = models.URLField(blank=True, help_text="Where people get it.")
    trial_days = models.PositiveSmallIntegerField(default=0, help_text="0: cannot be tried.")
    listed = models.BooleanField(default=True, help_text="Shown to those who do not have it.")
    archived_at = models.DateTimeField(null=True, blank=True)

    storage_bytes = models.PositiveBigIntegerField(null=True, blank=True, help_text="Empty: the site's setting.")
    largest_height = models.PositiveIntegerField(null=True, blank=True, help_text="Lines, as 1080. Empty: no limit.")
    downloads = models.BooleanField(default=False, help_text="Whether items may be kept as files.")
    jobs_at_once = models.PositiveSmallIntegerField(
        null=True, blank=True, validators=[MinValueValidator(1)], help_text="In each queue. Empty: the site's setting."
    )

    objects = TierQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["rank", "price_cents", "title"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(rank__gte=1), name="tier_rank_positive"),
            models.CheckConstraint(condition=~Q(title=""), name="tier_has_title"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def limits(self) -> Limits:
        return Limits(self.storage_bytes, self.largest_height, self.downloads, self.jobs_at_once)

    @property
    def facts(self) -> TierFacts:
        return TierFacts(
            id=self.pk,
            slug=self.slug,
            title=self.title,
            rank=self.rank,
            price_cents=self.price_cents,
            currency=self.currency,
            offered=self.archived_at is None and self.listed,
            limits=self.limits,
        )


class Grant(Base):
    """A person's right to a tier from `starts_at` until `ends_at` (None: for good), and in grace until `grace_until`.

    `source_ref` is what the source calls it (a member's id at Patreon, …); with the source it is unique, so that saying
    the same thing twice is saying it once. Written by `services/grant.py` alone.
    """

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="grants", db_index=False
    )
    tier = models.ForeignKey(Tier, on_delete=models.PROTECT, related_name="grants", db_index=False)
    source = models.CharField(max_length=12, choices=Source.choices)
    source_ref = models.CharField(max_length=200)
    state = models.CharField(max_length=12, choices=State.choices, default=State.ACTIVE)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True, blank=True)
    grace_until = models.DateTimeField(null=True, blank=True)
    paused_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    ending_told_at = models.DateTimeField(
        null=True, blank=True, help_text="When the person was told that it ends soon; empty again with another end."
    )
    reason = models.CharField(max_length=300, blank=True, help_text="Why, for staff and for the person.")
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )

    objects = GrantQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["person", "state"], name="grant_of_person"),
            models.Index(fields=["source", "-id"], name="grant_source"),
            models.Index(fields=["ends_at"], name="grant_ends", condition=Q(state=State.ACTIVE, ends_at__isnull=False)),
            models.Index(
                fields=["ends_at"],
                name="grant_ending_untold",
                condition=Q(state=State.ACTIVE, ends_at__isnull=False, ending_told_at=None)
                & ~Q(source__in=RENEWED_ELSEWHERE),
            ),
            models.Index(fields=["tier", "-id"], name="grant_of_tier"),
            models.Index(fields=["state", "-id"], name="grant_state"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["source", "source_ref"], name="grant_once"),
            models.CheckConstraint(condition=Q(source__in=Source.values), name="grant_source_known"),
            models.CheckConstraint(condition=Q(state__in=State.values), name="grant_state_known"),
            models.CheckConstraint(condition=Q(ends_at=None) | Q(ends_at__gte=F("starts_at")), name="grant_ends_later"),
            models.CheckConstraint(
                condition=Q(grace_until=None) | Q(ends_at__isnull=False, grace_until__gte=F("ends_at")),
                name="grant_grace_after_end",
            ),
            models.CheckConstraint(
                condition=~Q(state=State.PAUSED) | Q(paused_at__isnull=False), name="grant_paused_since"
            ),
            models.CheckConstraint(
                condition=~Q(state=State.REVOKED) | Q(revoked_at__isnull=False), name="grant_revoked_at"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.tier} for {self.person}"

    @property
    def over_at(self) -> datetime | None:
        """When it stops to count for good, with its grace; None: never."""
        return self.grace_until or self.ends_at

    def counts_at(self, now: datetime) -> bool:
        """As `GrantQuerySet.live` has it."""
        return self.state == State.ACTIVE and self.starts_at <= now and (self.over_at is None or self.over_at > now)

    def in_grace_at(self, now: datetime) -> bool:
        return self.counts_at(now) and self.ends_at is not None and self.ends_at <= now


class Standing(models.Model):
    """What a person's grants added up to at `reckoned_at`; good until `changes_at`. No row: no grants.

    Written by `standing.reckon`, in the transaction of whatever changed.
    """

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL, primary_key=True, on_delete=models.CASCADE, related_name="standing"
    )
    tiers = ArrayField(models.UUIDField(), default=list)
    in_grace = models.BooleanField(default=False)
    changes_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveBigIntegerField(default=0)
    reckoned_at = models.DateTimeField(default=timezone.now)
    cap_due = models.BooleanField(
        default=False, help_text="How many jobs they may run is not where jobs are claimed yet."
    )

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["changes_at"], name="standing_due", condition=Q(changes_at__isnull=False)),
            models.Index(fields=["person"], name="standing_cap_due", condition=Q(cap_due=True)),
        ]

    def __str__(self) -> str:
        return f"{self.person_id}: {len(self.tiers)}"


class TrialClaim(models.Model):
    """Something that somebody who tried a tier can be told by, so that there is one trial for each person.

    `identity` is `person:<id>`, `email:<SHA-256 of the address>`, or what a source of members adds (`patreon:<user id>`). It
    outlives the account, and says nothing to whoever does not know the address already.
    """

    identity = models.CharField(max_length=160, unique=True)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    tier = models.ForeignKey(Tier, null=True, on_delete=models.SET_NULL, related_name="+")
    claimed_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return self.identity


class Gift(Base):
    """So many days of a tier for whoever opens the link first. What is claimed becomes a grant (`source_ref`: the gift's id).

    The link's token is found by its SHA-256 (it has 256 random bits); an encrypted copy is kept for whoever made it, because
    a link is sent on. `deliver_at` is when it goes out by mail, `expires_at` until when it can be claimed.
    """

    tier = models.ForeignKey(Tier, on_delete=models.PROTECT, related_name="gifts")
    days = models.PositiveSmallIntegerField(validators=[MinValueValidator(1)])
    state = models.CharField(max_length=12, choices=GiftState.choices, default=GiftState.OPEN)
    digest = models.CharField(max_length=64, unique=True)
    sealed = EncryptedTextField(purpose="memberships.gift")
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="gifts_made"
    )
    recipient_email = models.EmailField(blank=True)
    message = models.CharField(max_length=500, blank=True)
    deliver_at = models.DateTimeField(null=True, blank=True)
    delivered_at = models.DateTimeField(null=True, blank=True)
    remind_at = models.DateTimeField(null=True, blank=True)
    reminded_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField()
    claimed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="gifts_claimed"
    )
    claimed_at = models.DateTimeField(null=True, blank=True)

    objects = GiftQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["deliver_at"], name="gift_to_deliver", condition=Q(state=GiftState.OPEN, delivered_at=None)
            ),
            models.Index(
                fields=["remind_at"], name="gift_to_remind", condition=Q(state=GiftState.OPEN, reminded_at=None)
            ),
            models.Index(fields=["expires_at"], name="gift_to_expire", condition=Q(state=GiftState.OPEN)),
            models.Index(fields=["state", "-id"], name="gift_state"),
            models.Index(
                fields=["recipient_email"],
                name="gift_recipient",
                condition=Q(state=GiftState.OPEN) & ~Q(recipient_email=""),
            ),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(state__in=GiftState.values), name="gift_state_known"),
            models.CheckConstraint(condition=Q(days__gte=1), name="gift_days_positive"),
            models.CheckConstraint(
                condition=~Q(state=GiftState.CLAIMED) | Q(claimed_at__isnull=False), name="gift_claimed_at"
            ),
            models.CheckConstraint(
                condition=Q(deliver_at=None) | ~Q(recipient_email=""), name="gift_delivered_to_somebody"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.days} days of {self.tier}"


class MemberChange(models.Model):
    """One person came, went or changed tiers. Kept 30 days: staff are told of them by the day, not one by one.

    `told_at` is when the word of this day was brought up to date with it.
    """

    at = models.DateTimeField(default=timezone.now)
    kind = models.CharField(max_length=12, choices=Change.choices)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    before = ArrayField(models.UUIDField(), default=list)
    after = ArrayField(models.UUIDField(), default=list)
    told_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["kind", "-at"], name="memberchange_kind"),
            models.Index(fields=["id"], name="memberchange_untold", condition=Q(told_at=None)),
            models.Index(fields=["at"], name="memberchange_age"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(kind__in=Change.values), name="memberchange_kind_known")
        ]

    def __str__(self) -> str:
        return f"{self.person_id}: {self.kind}"
