"""Accounts at Ko-fi, what their tiers' names mean here, who pays, and what was paid."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from apps.core.encryption import EncryptedTextField
from apps.core.models import Base
from apps.memberships.enums import Change
from apps.memberships.models.membership import Tier
from apps.memberships.models.patreon import new_key
from apps.memberships.owned import OfAccountQuerySet, OwnedQuerySet


class KofiAccount(Base):
    """A creator's page at Ko-fi. `earlier_token` still counts while the token is being changed."""

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="kofi_accounts"
    )
    name = models.CharField(max_length=120)
    key = models.CharField(max_length=40, unique=True, default=new_key)
    token = EncryptedTextField(purpose="memberships.kofi_token")
    earlier_token = EncryptedTextField(purpose="memberships.kofi_token", blank=True, default="")
    ended_at = models.DateTimeField(null=True, blank=True)
    refused = models.PositiveIntegerField(default=0)
    refused_at = models.DateTimeField(null=True, blank=True)

    objects = OwnedQuerySet.as_manager()

    def __str__(self) -> str:
        return self.name


class KofiTierName(Base):
    """A name that a tier has, or once had, at Ko-fi, in lower case (empty: a membership without a tier)."""

    account = models.ForeignKey(KofiAccount, on_delete=models.CASCADE, related_name="tier_names", db_index=False)
    name = models.CharField(max_length=120, blank=True)
    shown = models.CharField(max_length=120, blank=True, help_text="As Ko-fi last wrote it.")
    tier = models.ForeignKey(Tier, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    annual = models.BooleanField(default=False, help_text="Who pays for it pays for a year.")

    objects = OfAccountQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["name"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["account", "name"], name="kofi_tier_name_once"),
        ]

    def __str__(self) -> str:
        return self.shown or self.name or "no tier"


class KofiSupporter(Base):
    """Who pays from one address (lower case), and until when that reaches. `person` has proved that address, or staff said so.

    `annual` is what staff know of them; None: told by the amount.
    """

    account = models.ForeignKey(KofiAccount, on_delete=models.CASCADE, related_name="supporters", db_index=False)
    email = models.CharField(max_length=254)
    name = models.CharField(max_length=200, blank=True)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    assigned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    tier = models.ForeignKey(Tier, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    tier_name = models.CharField(max_length=120, blank=True)
    since = models.DateTimeField(null=True, blank=True)
    paid_at = models.DateTimeField(null=True, blank=True)
    paid_until = models.DateTimeField(null=True, blank=True)
    annual = models.BooleanField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    told_tier = models.ForeignKey(Tier, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    told_change = models.CharField(max_length=12, choices=Change.choices, blank=True)
    told_at = models.DateTimeField(null=True, blank=True)

    objects = OfAccountQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["email"], name="kofi_supporter_email"),
            models.Index(fields=["account", "-id"], name="kofi_supporter_newest"),
            models.Index(fields=["account", "told_at"], name="kofi_supporter_told"),
            models.Index(fields=["paid_until"], name="kofi_supporter_until", condition=Q(told_tier__isnull=False)),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["account", "email"], name="kofi_supporter_once"),
            models.CheckConstraint(condition=~Q(email=""), name="kofi_supporter_has_email"),
        ]

    def __str__(self) -> str:
        return self.name or self.email

    @property
    def source_ref(self) -> str:
        return f"{self.account_id}:{self.pk}"


class KofiPayment(Base):
    """One payment, once: `message_id` stays the same however often Ko-fi sends it. Where it was shipped to is not kept.

    `kind` is Ko-fi's word. What is not `is_public` is shown to nobody but those who manage members. A payment without an
    address, and one whose supporter has no account here, waits for somebody to say whose it is.
    """

    account = models.ForeignKey(KofiAccount, on_delete=models.CASCADE, related_name="payments", db_index=False)
    supporter = models.ForeignKey(
        KofiSupporter, null=True, blank=True, on_delete=models.SET_NULL, related_name="payments"
    )
    message_id = models.CharField(max_length=80)
    transaction_id = models.CharField(max_length=80, blank=True)
    kind = models.CharField(max_length=40)
    paid_at = models.DateTimeField(default=timezone.now)
    amount = models.DecimalField(max_digits=12, decimal_places=2)
    currency = models.CharField(max_length=8, blank=True)
    is_subscription = models.BooleanField(default=False)
    is_first = models.BooleanField(default=False)
    tier_name = models.CharField(max_length=120, blank=True)
    name = models.CharField(max_length=200, blank=True)
    message = models.CharField(max_length=1000, blank=True)
    email = models.CharField(max_length=254, blank=True)
    is_public = models.BooleanField(default=False)
    is_test = models.BooleanField(default=False)
    discord_id = models.CharField(max_length=40, blank=True)

    objects = OfAccountQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["account", "-id"], name="kofi_payment_newest"),
            models.Index(
                fields=["account", "-id"],
                name="kofi_payment_unmatched",
                condition=Q(supporter=None, is_subscription=True, is_test=False),
            ),
            models.Index(fields=["supporter", "-paid_at"], name="kofi_payment_latest"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["account", "message_id"], name="kofi_payment_once"),
        ]

    def __str__(self) -> str:
        return f"{self.amount} {self.currency}"


class KofiImport(Base):
    """Rows of a file that somebody looks over before they count. Forgotten after a day."""

    account = models.ForeignKey(KofiAccount, on_delete=models.CASCADE, related_name="imports")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    rows = models.JSONField(default=list)
    skipped = models.JSONField(default=list)

    objects = OfAccountQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{len(self.rows)} payments"
