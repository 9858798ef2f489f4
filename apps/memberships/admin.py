"""Memberships behind the stage. Everything is made and changed by the services alone, here as everywhere."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from apps.core.admin_pages import ReadOnlyAdmin, StaffAdmin
from apps.memberships import admin_sources  # noqa: F401 - registers its pages
from apps.memberships.models import Gift, Grant, MemberChange, Standing, Tier, TrialClaim
from apps.memberships.permissions import can_manage_members
from apps.memberships.services.gifts import withdraw_gift
from apps.memberships.services.hold import pause_grant, resume_grant, revoke_grant
from apps.memberships.services.tiers import CHANGEABLE, archive_tier, change_tier, create_tier, restore_tier


def _by(request: HttpRequest) -> Any:
    return request.user


@admin.register(Tier)
class TierAdmin(StaffAdmin):
    """Those who look after members change them; one that nobody ever had is deleted in the studio."""

    list_display = ("title", "rank", "price_cents", "currency", "listed", "archived_at")
    search_fields = ("title", "slug")
    ordering = ("rank",)
    prepopulated_fields = {"slug": ("title",)}
    fields = CHANGEABLE
    actions = ("archive", "restore")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return can_manage_members(request.user)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return can_manage_members(request.user)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Tier, form: Any, change: bool) -> None:
        said = {name: getattr(obj, name) for name in (form.changed_data if change else CHANGEABLE)}
        if change:
            change_tier(tier=obj, by=_by(request), **said)
        else:
            obj.pk = create_tier(by=_by(request), **said).pk

    @admin.action(description="Archive", permissions=["change"])
    def archive(self, request: HttpRequest, tiers: QuerySet[Tier]) -> None:
        self.for_each(request, tiers, lambda tier: archive_tier(tier=tier, by=_by(request)), "Archived")

    @admin.action(description="Offer again", permissions=["change"])
    def restore(self, request: HttpRequest, tiers: QuerySet[Tier]) -> None:
        self.for_each(request, tiers, lambda tier: restore_tier(tier=tier, by=_by(request)), "Offered again")


class HandledAdmin(ReadOnlyAdmin):
    """To look at; what can be done with it goes through the services, which ask who may."""

    def has_handle_permission(self, request: HttpRequest) -> bool:
        return can_manage_members(request.user)


@admin.register(Grant)
class GrantAdmin(HandledAdmin):
    list_display = ("person", "tier", "source", "state", "starts_at", "ends_at", "grace_until")
    list_filter = ("source", "state", "tier")
    search_fields = ("=person__username", "=source_ref")
    list_select_related = ("person", "tier")
    ordering = ("-id",)
    actions = ("pause", "resume", "revoke")

    @admin.action(description="Pause", permissions=["handle"])
    def pause(self, request: HttpRequest, grants: QuerySet[Grant]) -> None:
        self.for_each(request, grants, lambda grant: pause_grant(grant=grant, by=_by(request)), "Paused")

    @admin.action(description="Let go on", permissions=["handle"])
    def resume(self, request: HttpRequest, grants: QuerySet[Grant]) -> None:
        self.for_each(request, grants, lambda grant: resume_grant(grant=grant, by=_by(request)), "Goes on")

    @admin.action(description="Take back", permissions=["handle"])
    def revoke(self, request: HttpRequest, grants: QuerySet[Grant]) -> None:
        self.for_each(request, grants, lambda grant: revoke_grant(grant=grant, by=_by(request)), "Taken back")


@admin.register(Gift)
class GiftAdmin(HandledAdmin):
    """Without the link: that is its maker's."""

    list_display = ("tier", "days", "state", "recipient_email", "made_by", "claimed_by", "expires_at")
    list_filter = ("state",)
    search_fields = ("=recipient_email", "=claimed_by__username")
    list_select_related = ("tier", "made_by", "claimed_by")
    ordering = ("-id",)
    exclude = ("digest", "sealed")
    actions = ("withdraw",)

    @admin.action(description="Withdraw", permissions=["handle"])
    def withdraw(self, request: HttpRequest, gifts: QuerySet[Gift]) -> None:
        self.for_each(request, gifts, lambda gift: withdraw_gift(gift=gift, by=_by(request)), "Withdrawn")


@admin.register(TrialClaim)
class TrialClaimAdmin(ReadOnlyAdmin):
    """Whoever is to have another trial: delete what they are known by, here."""

    list_display = ("identity", "person", "tier", "claimed_at")
    search_fields = ("=person__username", "=identity")
    list_select_related = ("person", "tier")
    ordering = ("-id",)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return can_manage_members(request.user)


@admin.register(MemberChange)
class MemberChangeAdmin(ReadOnlyAdmin):
    list_display = ("at", "kind", "person", "before", "after", "told_at")
    list_filter = ("kind",)
    search_fields = ("=person__username",)
    list_select_related = ("person",)
    ordering = ("-id",)


@admin.register(Standing)
class StandingAdmin(ReadOnlyAdmin):
    list_display = ("person", "tiers", "in_grace", "changes_at", "version", "reckoned_at")
    search_fields = ("=person__username",)
    list_select_related = ("person",)
    ordering = ("-pk",)
