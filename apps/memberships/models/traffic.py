"""What came in from elsewhere, and how reading there went."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone

from apps.core.models import Base
from apps.memberships.elsewhere import Cause, DeliveryState, Provider, RunState
from apps.memberships.models.kofi import KofiAccount
from apps.memberships.models.patreon import PatreonCampaign
from apps.memberships.owned import OfCampaignQuerySet, TrafficQuerySet, one_of


class SyncRun(Base):
    """One reading of all members of a campaign. `cursor` is where it goes on after its worker was killed.

    `expected` is how many Patreon says there are. `complete` ones count for who is missing.
    """

    campaign = models.ForeignKey(PatreonCampaign, on_delete=models.CASCADE, related_name="runs", db_index=False)
    cause = models.CharField(max_length=12, choices=Cause.choices, default=Cause.CLOCK)
    state = models.CharField(max_length=12, choices=RunState.choices, default=RunState.RUNNING)
    job_id = models.UUIDField(null=True, blank=True)
    cursor = models.CharField(max_length=500, blank=True)
    pages = models.PositiveIntegerField(default=0)
    seen = models.PositiveIntegerField(default=0)
    expected = models.PositiveIntegerField(null=True, blank=True)
    changed = models.PositiveIntegerField(default=0, help_text="Rows that were not as they had been.")
    granted = models.PositiveIntegerField(default=0, help_text="Grants that were made, changed or taken back.")
    complete = models.BooleanField(default=False)
    started_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True, blank=True)
    error = models.CharField(max_length=300, blank=True)
    staff_error = models.TextField(blank=True)

    objects = OfCampaignQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["campaign", "-id"], name="sync_run_newest")]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["campaign"], condition=Q(state=RunState.RUNNING), name="sync_run_one"),
            models.CheckConstraint(condition=Q(state__in=RunState.values), name="sync_run_state_known"),
            models.CheckConstraint(condition=Q(cause__in=Cause.values), name="sync_run_cause_known"),
        ]

    def __str__(self) -> str:
        return f"{self.campaign_id} {self.started_at:%Y-%m-%d %H:%M}"

    @property
    def duration_s(self) -> float | None:
        return (self.ended_at - self.started_at).total_seconds() if self.ended_at else None


class WebhookDelivery(Base):
    """One message from Patreon or Ko-fi, as it came, without credentials and postal addresses. Only verified ones are kept.

    `once` is what makes it the same message: Ko-fi's `message_id`, or the digest of body and event within a window.
    `repeats` counts the others that were the same. `received_at` is by the database's clock.
    """

    provider = models.CharField(max_length=12, choices=Provider.choices)
    campaign = models.ForeignKey(
        PatreonCampaign, null=True, blank=True, on_delete=models.CASCADE, related_name="deliveries"
    )
    account = models.ForeignKey(KofiAccount, null=True, blank=True, on_delete=models.CASCADE, related_name="deliveries")
    event = models.CharField(max_length=60)
    digest = models.CharField(max_length=64)
    once = models.CharField(max_length=120)
    body = models.TextField()
    headers = models.JSONField(default=dict)
    subject = models.CharField(max_length=80, blank=True, help_text="A member's id, or the payment's.")
    state = models.CharField(max_length=12, choices=DeliveryState.choices, default=DeliveryState.WAITING)
    note = models.CharField(max_length=300, blank=True)
    repeats = models.PositiveIntegerField(default=0)
    job_id = models.UUIDField(null=True, blank=True)
    received_at = models.DateTimeField()

    objects = TrafficQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "webhook deliveries"
        indexes: ClassVar = [
            models.Index(fields=["provider", "-id"], name="delivery_provider"),
            models.Index(fields=["state", "-id"], name="delivery_state"),
            models.Index(fields=["event", "-id"], name="delivery_event"),
            models.Index(fields=["subject", "-id"], name="delivery_subject"),
            models.Index(fields=["campaign", "digest"], name="delivery_digest"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["campaign", "once"], name="delivery_once_campaign"),
            models.UniqueConstraint(fields=["account", "once"], name="delivery_once_account"),
            models.CheckConstraint(condition=Q(state__in=DeliveryState.values), name="delivery_state_known"),
            models.CheckConstraint(condition=Q(provider__in=Provider.values), name="delivery_provider_known"),
            one_of("delivery_of_one", "campaign", "account"),
        ]

    def __str__(self) -> str:
        return f"{self.event} {self.subject}"
