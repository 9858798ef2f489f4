"""Rare data surgery on people and their tokens. A token's secret is not kept, and its digest is not shown.

Sign-in sessions are not here: their keys are secrets, and the lists would hand them out. A new password ends them.
"""

from typing import Any

from allauth.account import admin as _allauth_admin  # noqa: F401 - these register what is replaced here
from allauth.account.models import EmailAddress, EmailConfirmation
from allauth.mfa import admin as _mfa_admin  # noqa: F401
from allauth.mfa.models import Authenticator
from allauth.socialaccount import admin as _social_admin  # noqa: F401
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from allauth.usersessions import admin as _sessions_admin  # noqa: F401
from allauth.usersessions.models import UserSession
from django import forms
from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin as DjangoGroupAdmin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import Group
from django.db.models import QuerySet
from django.http import HttpRequest
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm

from apps.accounts.enums import Service
from apps.accounts.models import Activity, PersonalToken, SignInProvider, User
from apps.accounts.services.tokens import revoke_token
from apps.accounts.signin.configured import callback_path
from apps.core.addresses import site_url
from apps.core.admin_pages import ReadOnlyAdmin, StaffAdmin
from apps.core.flags import Flag, has_flag
from apps.core.realtime.hub import recheck


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

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        recheck(obj.pk)

    def user_change_password(self, request: HttpRequest, id: str, form_url: str = "") -> Any:  # noqa: A002 - Django's
        """A new password ends their sessions; their sockets hear of it at once."""
        answer = super().user_change_password(request, id, form_url)
        if request.method == "POST" and answer.status_code == 302:
            recheck(id)
        return answer

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

# Their rows hold secrets, or (applications) would: services are configured as SignInProvider.
for _model in (Authenticator, SocialApp, SocialToken, UserSession, SocialAccount):
    if admin.site.is_registered(_model):
        admin.site.unregister(_model)


@admin.register(SocialAccount)
class LinkedAccountAdmin(ReadOnlyAdmin):
    list_display = ("user", "provider", "uid", "last_login", "date_joined")
    list_filter = ("provider",)
    search_fields = ("=user__username", "=uid")
    list_select_related = ("user",)
    ordering = ("-id",)
    fields = ("user", "provider", "uid", "last_login", "date_joined")


class SignInProviderForm(forms.ModelForm):  # type: ignore[type-arg]
    """The secret goes in and never comes out."""

    new_secret = forms.CharField(
        label="Client secret",
        required=False,
        strip=True,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text="Empty: what is there stays.",
    )

    class Meta:
        model = SignInProvider
        fields = ("provider", "slug", "name", "client_id", "server_url", "enabled", "order")

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        provider = told.get("provider", self.instance.provider)
        slug = told.get("slug", self.instance.slug)
        server = told.get("server_url", self.instance.server_url)
        if provider == Service.OIDC and not (slug and server):
            self.add_error(None, "OpenID Connect needs a short name and the address of its server.")
        if provider != Service.OIDC and (slug or server):
            self.add_error(None, "A short name and a server are for OpenID Connect alone.")
        if slug in Service.values:
            self.add_error(None, "This short name is what another service is called.")
        return told

    def save(self, commit: bool = True) -> SignInProvider:
        if self.cleaned_data["new_secret"]:
            self.instance.secret = self.cleaned_data["new_secret"]
        row: SignInProvider = super().save(commit)
        return row


@admin.register(SignInProvider)
class SignInProviderAdmin(StaffAdmin):
    """What was linked through a service is tied to its name and server, so these stay as they were made."""

    form = SignInProviderForm
    list_display = ("__str__", "provider", "enabled", "order")
    list_filter = ("provider", "enabled")
    fields = ("provider", "slug", "server_url", "name", "client_id", "new_secret", "enabled", "order", "callback")
    readonly_fields = ("callback",)

    @admin.display(description="Address to register there")
    def callback(self, row: SignInProvider) -> str:
        if row._state.adding:  # noqa: SLF001
            return "Shown when this is saved."
        return site_url() + callback_path(row.provider, row.slug)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return (*self.readonly_fields, *(("provider", "slug", "server_url") if obj else ()))
