from django.contrib import admin

from apps.core.admin_pages import ReadOnlyAdmin
from apps.notifications.models import Notification


@admin.register(Notification)
class NotificationAdmin(ReadOnlyAdmin):
    list_display = ("text", "kind", "person", "read_at", "created_at")
    list_filter = ("kind",)
    search_fields = ("=person__username",)
    list_select_related = ("person",)
    ordering = ("-id",)
