"""Site settings in the admin: one page to change them, and their history. Beside them what was told live, and what staff
have done here."""

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.models import LogEntry
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse

from apps.core import site_settings
from apps.core.admin_pages import ReadOnlyAdmin
from apps.core.flags import Flag, has_flag
from apps.core.models import Event, RateWindow, SiteSetting, SiteSettingChange, Topic
from apps.core.settings_form import SiteSettingsForm


@admin.register(SiteSetting)
class SiteSettingAdmin(ReadOnlyAdmin):
    """The list of rows is replaced by the form of all settings: a row exists only for what was changed."""

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        if not has_flag(request.user, Flag.OPERATE):
            return HttpResponseRedirect(reverse("admin:login"))
        form = SiteSettingsForm(request.POST or None)
        if request.method == "POST" and self._changed(request, form):
            return HttpResponseRedirect(request.path)
        context = {
            **self.admin_site.each_context(request),
            "title": "Site settings",
            "form": form,
            "opts": SiteSetting._meta,  # noqa: SLF001
            "changes": SiteSettingChange.objects.order_by("-id")[:30],
        }
        return TemplateResponse(request, "core/admin/site_settings.html", context)

    def _changed(self, request: HttpRequest, form: SiteSettingsForm) -> bool:
        if key := request.POST.get("reset"):
            if key in form.fields:
                site_settings.reset(key, by=request.user)
                messages.success(request, f"“{site_settings.find(key).title}” has its default again.")
            return True
        if not form.is_valid():
            return False
        count = form.save(by=request.user)
        messages.success(request, f"{count} settings changed. They are in force." if count else "Nothing was changed.")
        return True


@admin.register(SiteSettingChange)
class SiteSettingChangeAdmin(ReadOnlyAdmin):
    list_display = ("at", "key", "old", "new", "by_name")
    list_filter = ("key",)
    search_fields = ("key", "by_name")
    ordering = ("-id",)
    date_hierarchy = "at"


@admin.register(Event)
class EventAdmin(ReadOnlyAdmin):
    list_display = ("topic", "seq", "type", "ref", "version", "at")
    search_fields = ("=topic", "=ref")
    ordering = ("-id",)


@admin.register(Topic)
class TopicAdmin(ReadOnlyAdmin):
    list_display = ("name", "last_seq", "at")
    search_fields = ("name__startswith",)
    ordering = ("-at",)


@admin.register(RateWindow)
class RateWindowAdmin(ReadOnlyAdmin):
    """How often who has done what lately, where Redis could not be asked."""

    list_display = ("key", "count", "ends_at")
    search_fields = ("=key",)
    ordering = ("-ends_at",)


@admin.register(LogEntry)
class LogEntryAdmin(ReadOnlyAdmin):
    """What staff have done in the admin."""

    list_display = ("action_time", "user", "content_type", "object_repr", "action_flag", "told")
    list_filter = ("action_flag",)
    list_select_related = ("user", "content_type")
    search_fields = ("object_repr", "=user__username")
    ordering = ("-action_time",)
    date_hierarchy = "action_time"

    @admin.display(description="What")
    def told(self, entry: LogEntry) -> str:
        return entry.get_change_message()
