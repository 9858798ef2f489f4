"""Site settings in the admin: one page to change them, and their history."""

from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from unfold.admin import ModelAdmin

from apps.core import site_settings
from apps.core.flags import Flag, has_flag
from apps.core.models import SiteSetting, SiteSettingChange
from apps.core.settings_form import SiteSettingsForm


class OperatorsOnly(ModelAdmin):
    """Open to who operates the site; nothing is added or deleted by hand."""

    def has_module_permission(self, request: HttpRequest) -> bool:
        return has_flag(request.user, Flag.OPERATE)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return has_flag(request.user, Flag.OPERATE)

    def has_add_permission(self, request: HttpRequest, *_: Any) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(SiteSetting)
class SiteSettingAdmin(OperatorsOnly):
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
class SiteSettingChangeAdmin(OperatorsOnly):
    list_display = ("at", "key", "old", "new", "by_name")
    list_filter = ("key",)
    search_fields = ("key", "by_name")
    ordering = ("-id",)
