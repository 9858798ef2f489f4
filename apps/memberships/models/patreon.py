"""Campaigns at Patreon that creators have connected, what their tiers mean here, and who is a member there."""

import secrets
from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone

from apps.core.encryption import EncryptedTextField
from apps.core.models import Base
from apps.memberships.elsewhere import Link, Verdict
from apps.memberships.enums import Change
from apps.memberships.models.membership import Tier
from apps.memberships.owned import OfCampaignQuerySet, OwnedQuerySet


def new_key() -> str:
    """Part of a webhook's address: nobody guesses it."""
    return secrets.token_urlsafe(24)


class PatreonCampaign(Base):
    """A creator's page at Patreon. The pair of tokens is written by `services/patreon/tokens.py` alone, under a row lock:
    a refresh token works once.

    `next_request_at` paces the requests of all processes. `refused` counts webhooks whose signature was wrong.
    """

    campaign_id = models.CharField(max_length=40, unique=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="patreon_campaigns"
    )
    name = models.CharField(max_length=120)
    url = models.CharField(max_length=300, blank=True)
    currency = models.CharField(max_length=3, blank=True)
    link = models.CharField(max_length=12, choices=Link.choices, default=Link.CONNECTED)
    trouble = models.CharField(max_length=300, blank=True, help_text="Why the connection was lost.")

    access_token = EncryptedTextField(purpose="memberships.patreon_access", blank=True)
    refresh_token = EncryptedTextField(purpose="memberships.patreon_refresh", blank=True)
    token_issued_at = models.DateTimeField(default=timezone.now)
    token_expires_at = models.DateTimeField(null=True, blank=True)
    next_request_at = models.DateTimeField(default=timezone.now)

    webhook_key = models.CharField(max_length=40, unique=True, default=new_key)
    webhook_uri = models.CharField(max_length=300, blank=True)
    webhook_id = models.CharField(max_length=40, blank=True)
    webhook_secret = EncryptedTextField(purpose="memberships.patreon_webhook", blank=True)
    webhook_trouble = models.CharField(max_length=300, blank=True)
    refused = models.PositiveIntegerField(default=0)
    refused_at = models.DateTimeField(null=True, blank=True)

    objects = OwnedQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(link__in=Link.values), name="patreon_link_known"),
        ]

    def __str__(self) -> str:
        return self.name or self.campaign_id


class PatreonTier(Base):
    """A tier of a campaign, by Patreon's id, and what it means here. `gone_at`: Patreon lists it no more."""

    campaign = models.ForeignKey(PatreonCampaign, on_delete=models.CASCADE, related_name="tiers", db_index=False)
    patreon_id = models.CharField(max_length=40)
    title = models.CharField(max_length=200)
    amount_cents = models.PositiveIntegerField(default=0)
    published = models.BooleanField(default=True)
    tier = models.ForeignKey(Tier, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    gone_at = models.DateTimeField(null=True, blank=True)

    objects = OfCampaignQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["amount_cents", "patreon_id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["campaign", "patreon_id"], name="patreon_tier_once"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_free(self) -> bool:
        return self.amount_cents == 0


class PatreonMember(Base):
    """A member of a campaign as last seen there (`seen_at`: when we began to ask), and what follows from it.

    `tier`, `ends_at` and `grace_until` are the right that they have, as `rules.judge` says; it becomes a grant once `person`
    is known. `missed` counts the complete syncs in a row that did not show them. `told_tier` is what their creator last
    heard of.
    """

    campaign = models.ForeignKey(PatreonCampaign, on_delete=models.CASCADE, related_name="members", db_index=False)
    member_id = models.CharField(max_length=64)
    user_id = models.CharField(max_length=40, blank=True)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    full_name = models.CharField(max_length=200, blank=True)
    email = models.CharField(max_length=254, blank=True)
    patron_status = models.CharField(max_length=20, blank=True)
    last_charge_status = models.CharField(max_length=30, blank=True)
    last_charge_at = models.DateTimeField(null=True, blank=True)
    next_charge_at = models.DateTimeField(null=True, blank=True)
    started_at = models.DateTimeField(null=True, blank=True)
    entitled_cents = models.PositiveIntegerField(default=0)
    cadence = models.PositiveSmallIntegerField(default=1, help_text="Months between two charges.")
    gifted = models.BooleanField(default=False)
    trial = models.BooleanField(default=False)
    tier_ids = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    seen_at = models.DateTimeField()
    missed = models.PositiveSmallIntegerField(default=0)

    verdict = models.CharField(max_length=12, choices=Verdict.choices, default=Verdict.NOTHING)
    rung = models.CharField(max_length=40, blank=True, help_text="The tier at Patreon that the right comes from.")
    tier = models.ForeignKey(Tier, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    ends_at = models.DateTimeField(null=True, blank=True)
    grace_until = models.DateTimeField(null=True, blank=True)
    blank_since = models.DateTimeField(null=True, blank=True)
    told_tier = models.ForeignKey(Tier, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    told_change = models.CharField(max_length=12, choices=Change.choices, blank=True)
    told_at = models.DateTimeField(null=True, blank=True)

    objects = OfCampaignQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["user_id"], name="patreon_member_user", condition=~Q(user_id="")),
            models.Index(fields=["campaign", "-id"], name="patreon_member_newest"),
            models.Index(
                fields=["campaign", "-id"],
                name="patreon_member_unmatched",
                condition=Q(person=None, verdict__in=[Verdict.ENTITLED, Verdict.BLANK, Verdict.LAPSING]),
            ),
            models.Index(fields=["campaign", "seen_at"], name="patreon_member_seen"),
            models.Index(fields=["campaign", "told_at"], name="patreon_member_told"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["campaign", "member_id"], name="patreon_member_once"),
            models.CheckConstraint(condition=Q(verdict__in=Verdict.values), name="patreon_verdict_known"),
        ]

    def __str__(self) -> str:
        return self.full_name or self.member_id

    @property
    def source_ref(self) -> str:
        """What grants call it."""
        return f"{self.campaign_id}:{self.member_id}"
