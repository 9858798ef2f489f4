from django.contrib import admin

from apps.core.admin_pages import ReadOnlyAdmin
from apps.notifications.models import Choice, Notification


@admin.register(Notification)
class NotificationAdmin(ReadOnlyAdmin):
    list_display = ("text", "kind", "person", "read_at", "mail_due_at", "created_at")
    list_filter = ("kind",)
    search_fields = ("=person__username",)
    list_select_related = ("person",)
    ordering = ("-id",)


@admin.register(Choice)
class ChoiceAdmin(ReadOnlyAdmin):
    """People choose themselves, in their settings."""

    list_display = ("person", "kind", "on_site", "by_mail")
    search_fields = ("=person__username",)
    list_select_related = ("person",)
    ordering = ("-id",)
