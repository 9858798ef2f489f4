"""Memberships behind the stage. Grants are made and changed by their services alone."""

from django.contrib import admin

from apps.core.admin_pages import ReadOnlyAdmin, StaffAdmin
from apps.memberships.models import Grant, Standing, Tier


@admin.register(Tier)
class TierAdmin(StaffAdmin):
    list_display = ("title", "rank", "price_cents", "currency", "listed", "archived_at")
    search_fields = ("title", "slug")
    ordering = ("rank",)
    prepopulated_fields = {"slug": ("title",)}


@admin.register(Grant)
class GrantAdmin(ReadOnlyAdmin):
    list_display = ("person", "tier", "source", "state", "starts_at", "ends_at", "grace_until")
    list_filter = ("source", "state", "tier")
    search_fields = ("=person__username", "=source_ref")
    list_select_related = ("person", "tier")
    ordering = ("-id",)


@admin.register(Standing)
class StandingAdmin(ReadOnlyAdmin):
    list_display = ("person", "tiers", "in_grace", "changes_at", "version", "reckoned_at")
    search_fields = ("=person__username",)
    list_select_related = ("person",)
    ordering = ("-pk",)
