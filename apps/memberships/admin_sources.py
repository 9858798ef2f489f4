"""Patreon and Ko-fi behind the stage. Tokens and secrets are shown to nobody; what is done goes through the services."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from apps.core.admin_pages import ReadOnlyAdmin
from apps.memberships.elsewhere import Cause
from apps.memberships.models import (
    KofiAccount,
    KofiImport,
    KofiPayment,
    KofiSupporter,
    KofiTierName,
    PatreonCampaign,
    PatreonMember,
    PatreonTier,
    SyncRun,
    WebhookDelivery,
)
from apps.memberships.services.kofi.by_hand import revoke_supporter
from apps.memberships.services.patreon.sync import submit_sync
from apps.memberships.services.webhooks.receive import replay


@admin.register(PatreonCampaign)
class PatreonCampaignAdmin(ReadOnlyAdmin):
    list_display = ("name", "campaign_id", "owner", "link", "token_expires_at", "webhook_trouble", "refused")
    list_filter = ("link",)
    search_fields = ("=campaign_id", "name")
    list_select_related = ("owner",)
    ordering = ("-id",)
    exclude = ("access_token", "refresh_token", "webhook_secret", "webhook_key", "webhook_uri")
    actions = ("read_now",)

    @admin.action(description="Read now", permissions=["view"])
    def read_now(self, request: HttpRequest, campaigns: QuerySet[PatreonCampaign]) -> None:
        self.for_each(request, campaigns, lambda row: submit_sync(campaign=row, cause=Cause.DEMAND), "Queued")


@admin.register(PatreonTier)
class PatreonTierAdmin(ReadOnlyAdmin):
    list_display = ("title", "campaign", "amount_cents", "tier", "published", "gone_at")
    search_fields = ("=patreon_id", "title")
    list_select_related = ("campaign", "tier")
    ordering = ("-id",)


@admin.register(PatreonMember)
class PatreonMemberAdmin(ReadOnlyAdmin):
    list_display = ("full_name", "campaign", "verdict", "tier", "ends_at", "person", "missed", "seen_at")
    list_filter = ("verdict",)
    search_fields = ("=member_id", "=user_id", "=email", "=person__username")
    list_select_related = ("campaign", "tier", "person")
    ordering = ("-id",)


@admin.register(SyncRun)
class SyncRunAdmin(ReadOnlyAdmin):
    list_display = (
        "started_at",
        "campaign",
        "cause",
        "state",
        "pages",
        "seen",
        "changed",
        "granted",
        "complete",
        "error",
    )
    list_filter = ("state", "cause")
    list_select_related = ("campaign",)
    ordering = ("-id",)


@admin.register(WebhookDelivery)
class WebhookDeliveryAdmin(ReadOnlyAdmin):
    list_display = ("received_at", "provider", "event", "subject", "state", "note", "repeats")
    list_filter = ("provider", "state")
    search_fields = ("=subject", "=event", "=digest")
    ordering = ("-id",)
    actions = ("work_again",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[WebhookDelivery]:
        rows: QuerySet[WebhookDelivery] = super().get_queryset(request)
        resolved = request.resolver_match
        return rows.defer("body") if resolved and str(resolved.url_name).endswith("changelist") else rows

    @admin.action(description="Work on it again", permissions=["view"])
    def work_again(self, request: HttpRequest, rows: QuerySet[WebhookDelivery]) -> None:
        self.for_each(request, rows, lambda row: replay(delivery=row), "Queued again")


@admin.register(KofiAccount)
class KofiAccountAdmin(ReadOnlyAdmin):
    list_display = ("name", "owner", "ended_at", "refused", "refused_at")
    search_fields = ("name", "=owner__username")
    list_select_related = ("owner",)
    ordering = ("-id",)
    exclude = ("token", "earlier_token", "key")


@admin.register(KofiTierName)
class KofiTierNameAdmin(ReadOnlyAdmin):
    list_display = ("shown", "account", "tier", "annual")
    search_fields = ("name",)
    list_select_related = ("account", "tier")
    ordering = ("-id",)


@admin.register(KofiSupporter)
class KofiSupporterAdmin(ReadOnlyAdmin):
    list_display = ("name", "email", "account", "tier", "paid_until", "person", "annual", "revoked_at")
    search_fields = ("=email", "=person__username")
    list_select_related = ("account", "tier", "person")
    ordering = ("-id",)
    actions = ("take_back",)

    @admin.action(description="Take back", permissions=["view"])
    def take_back(self, request: HttpRequest, rows: QuerySet[KofiSupporter]) -> None:
        by: Any = request.user
        self.for_each(request, rows, lambda row: revoke_supporter(by=by, supporter=row), "Taken back")


@admin.register(KofiPayment)
class KofiPaymentAdmin(ReadOnlyAdmin):
    list_display = ("paid_at", "kind", "amount", "currency", "tier_name", "email", "supporter", "is_test")
    list_filter = ("is_test", "is_subscription")
    search_fields = ("=email", "=message_id", "=transaction_id")
    list_select_related = ("supporter",)
    ordering = ("-id",)


@admin.register(KofiImport)
class KofiImportAdmin(ReadOnlyAdmin):
    """Files that are being looked over; forgotten after a day."""

    list_display = ("created_at", "account", "by")
    list_select_related = ("account", "by")
    ordering = ("-id",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[KofiImport]:
        rows: QuerySet[KofiImport] = super().get_queryset(request)
        return rows.defer("rows", "skipped")
