"""Rare data surgery on people and their tokens. A token's secret is not kept, and its digest is not shown.

Sign-in sessions are not here: their keys are secrets, and the lists would hand them out. A new password ends them.
"""

from typing import Any

from allauth.account import admin as allauth_admin  # noqa: F401 - registers what is replaced here
from allauth.account.models import EmailAddress, EmailConfirmation
from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin as DjangoGroupAdmin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import Group
from django.db.models import QuerySet
from django.http import HttpRequest
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm

from apps.accounts.models import Activity, PersonalToken, User
from apps.accounts.services.tokens import revoke_token
from apps.core.admin_pages import ReadOnlyAdmin, StaffAdmin
from apps.core.flags import Flag, has_flag


@admin.register(User)
class PersonAdmin(UserAdmin, StaffAdmin):  # type: ignore[type-arg]
    """Whoever manages members changes people; superusers alone change superusers, and who is one."""

    form = UserChangeForm
    add_form = UserCreationForm
    change_password_form = AdminPasswordChangeForm
    list_display = ("username", "email", "role", "is_active", "last_login", "created_at")
    list_filter = ("role", "is_active", "is_superuser")
    search_fields = ("username", "email", "display_name")
    ordering = ("-id",)
    readonly_fields = ("last_login", "created_at", "updated_at")
    autocomplete_fields = ("groups",)
    filter_horizontal = ("user_permissions",)
    fieldsets = (
        (None, {"fields": ("username", "email", "display_name", "password")}),
        ("What they may do", {"fields": ("role", "is_active", "is_superuser", "groups", "user_permissions")}),
        ("When", {"fields": ("last_login", "created_at", "updated_at")}),
    )
    add_fieldsets = ((None, {"classes": ("wide",), "fields": ("username", "email", "role", "password1", "password2")}),)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return has_flag(request.user, Flag.MANAGE_MEMBERS)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        if getattr(obj, "is_superuser", False) and not _is_superuser(request):
            return False
        return has_flag(request.user, Flag.MANAGE_MEMBERS)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False  # an account that is not active keeps what refers to it

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        reserved = () if _is_superuser(request) else ("is_superuser", "groups", "user_permissions")
        return (*self.readonly_fields, *reserved)


def _is_superuser(request: HttpRequest) -> bool:
    return bool(getattr(request.user, "is_superuser", False))


@admin.register(PersonalToken)
class PersonalTokenAdmin(ReadOnlyAdmin):
    """To look at and to revoke; tokens are made by their owner or by `manage.py apitoken`."""

    list_display = ("name", "owner", "scopes", "last_used_at", "expires_at", "created_at")
    search_fields = ("name", "=owner__username")
    list_select_related = ("owner",)
    ordering = ("-id",)
    fields = ("name", "owner", "scopes", "last_used_at", "expires_at", "created_at")
    actions = ("revoke",)

    @admin.action(description="Revoke", permissions=["view"])
    def revoke(self, request: HttpRequest, tokens: QuerySet[PersonalToken]) -> None:
        self.for_each(
            request,
            tokens.select_related("owner"),
            lambda row: revoke_token(owner=row.owner, token_id=row.pk),
            "Revoked",
        )


@admin.register(Activity)
class ActivityAdmin(ReadOnlyAdmin):
    list_display = ("at", "action", "actor_name", "subject_name", "address")
    list_filter = ("action",)
    search_fields = ("=actor_name", "=subject_name", "=address", "=request_id")
    ordering = ("-at", "-id")
    date_hierarchy = None


for _model in (Group, EmailAddress):
    admin.site.unregister(_model)


@admin.register(Group)
class GroupAdmin(DjangoGroupAdmin, StaffAdmin):
    """Django's own permissions are asked nowhere: code asks for flags. Apps that come along may use them."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return _is_superuser(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return _is_superuser(request)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return _is_superuser(request)


@admin.register(EmailAddress)
class EmailAddressAdmin(StaffAdmin):
    list_display = ("email", "user", "primary", "verified")
    list_filter = ("primary", "verified")
    search_fields = ("email", "=user__username")
    autocomplete_fields = ("user",)
    list_select_related = ("user",)
    ordering = ("-id",)


if admin.site.is_registered(EmailConfirmation):  # its keys open accounts; nobody needs to read them
    admin.site.unregister(EmailConfirmation)
