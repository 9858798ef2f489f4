"""Rare data surgery on people and their tokens. A token's secret is not kept, and its digest is not shown.

Sign-in sessions are not here: their keys are secrets, and the lists would hand them out. A new password ends them.
"""

from collections.abc import Callable
from typing import Any, cast

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
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from unfold.forms import ActionForm, AdminPasswordChangeForm, UserChangeForm, UserCreationForm

from apps.accounts.actions import known_actions
from apps.accounts.enums import Role, Service
from apps.accounts.models import Activity, DataExport, Impersonation, PersonalToken, SignInProvider, User
from apps.accounts.permissions import can_change_person, can_manage_people, check_change_person, check_give_role
from apps.accounts.querysets import UserQuerySet
from apps.accounts.reasons import LONGEST as LONGEST_REASON
from apps.accounts.services import people
from apps.accounts.services.activity import record
from apps.accounts.services.impersonate import end
from apps.accounts.services.tokens import revoke_token
from apps.accounts.signin.configured import callback_path
from apps.core.addresses import site_url
from apps.core.admin_pages import ReadOnlyAdmin, StaffAdmin
from apps.core.errors import NotAllowed
from apps.core.realtime.hub import recheck


class ReasonedActionForm(ActionForm):  # type: ignore[misc]
    reason = forms.CharField(
        required=False,
        max_length=LONGEST_REASON,
        label="",
        widget=forms.TextInput(
            attrs={"placeholder": "Why", "aria-label": "Why", "class": "text-base-700 rounded-default px-2 py-1"}
        ),
    )


@admin.register(User)
class PersonAdmin(UserAdmin, StaffAdmin):  # type: ignore[type-arg]
    """Whoever manages members changes those below them; superusers alone say who is one.

    A role and whether somebody may sign in are changed by actions, which go the same way as the studio's page of a person
    (there somebody can be looked for, and the site be seen as they see it).
    """

    form = UserChangeForm
    add_form = UserCreationForm
    change_password_form = AdminPasswordChangeForm
    action_form = ReasonedActionForm
    list_display = ("username", "email", "role", "is_active", "leaving_at", "last_login", "created_at")
    list_filter = ("role", "is_active", "is_superuser")
    search_fields = ("username",)
    search_help_text = "How a user name, an e-mail or a name begins"
    ordering = ("-id",)
    readonly_fields = (
        "role",
        "is_active",
        "disabled_at",
        "disabled_reason",
        "leaving_at",
        "avatar",
        "last_login",
        "created_at",
        "updated_at",
    )
    autocomplete_fields = ("groups",)
    filter_horizontal = ("user_permissions",)
    fieldsets = (
        (None, {"fields": ("username", "email", "display_name", "bio", "password")}),
        ("What they may do", {"fields": ("role", "is_superuser", "groups", "user_permissions")}),
        ("Closed", {"fields": ("is_active", "disabled_at", "disabled_reason", "leaving_at")}),
        ("How they like it", {"fields": ("avatar", "time_zone", "language", "profile_seen_by")}),
        ("When", {"fields": ("last_login", "created_at", "updated_at")}),
    )
    add_fieldsets = ((None, {"classes": ("wide",), "fields": ("username", "email", "role", "password1", "password2")}),)
    actions = ("disable", "enable", "make_owner", "make_team", "make_creator", "make_member", "make_guest")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return can_manage_people(request.user)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Themselves, and those who may do less than they; superusers are for superusers."""
        by = request.user
        if not isinstance(by, User) or not can_manage_people(by):
            return False
        if obj is None or obj.pk == by.pk:
            return True
        return can_change_person(by, obj) and (by.is_superuser or not obj.is_superuser)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False  # an account that is not active keeps what refers to it; its owner may delete it

    def user_change_password(self, request: HttpRequest, id: str, form_url: str = "") -> Any:  # noqa: A002 - Django's
        """A new password ends their sessions; their sockets hear of it at once."""
        answer = super().user_change_password(request, id, form_url)
        if request.method == "POST" and answer.status_code == 302:
            recheck(id)
        return answer

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        reserved = () if _is_superuser(request) else ("is_superuser", "groups", "user_permissions")
        return (*self.readonly_fields, *reserved) if obj else reserved

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[User], search_term: str
    ) -> tuple[QuerySet[User], bool]:
        """By how something begins: three looks into indexes, whatever the number of people."""
        del request
        return cast("UserQuerySet", queryset).found_by(search_term[:80]), False

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        by = cast("User", request.user)
        if not change:
            check_give_role(by, User(username=obj.username, role=Role.GUEST), obj.role)
        super().save_model(request, obj, form, change)
        action = "person.changed_in_admin" if change else "person.made_in_admin"
        record(action, actor=by, subject=obj, request=request, fields=sorted(form.changed_data))
        recheck(obj.pk)

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        try:
            return super().add_view(request, form_url, extra_context)
        except NotAllowed as error:
            raise PermissionDenied(error.message) from error

    @admin.action(description="Disable (say why)", permissions=["change"])
    def disable(self, request: HttpRequest, chosen: QuerySet[User]) -> None:
        self._each(request, chosen, "Disabled", people.disable, reason=request.POST.get("reason", ""))

    @admin.action(description="Enable (say why)", permissions=["change"])
    def enable(self, request: HttpRequest, chosen: QuerySet[User]) -> None:
        self._each(request, chosen, "Enabled", people.enable, reason=request.POST.get("reason", ""))

    @admin.action(description="Make them owners", permissions=["change"])
    def make_owner(self, request: HttpRequest, chosen: QuerySet[User]) -> None:
        self._each(request, chosen, "Made owner", people.change_role, role=Role.OWNER)

    @admin.action(description="Take them into the team", permissions=["change"])
    def make_team(self, request: HttpRequest, chosen: QuerySet[User]) -> None:
        self._each(request, chosen, "Taken into the team", people.change_role, role=Role.TEAM)

    @admin.action(description="Make them creators", permissions=["change"])
    def make_creator(self, request: HttpRequest, chosen: QuerySet[User]) -> None:
        self._each(request, chosen, "Made creator", people.change_role, role=Role.CREATOR)

    @admin.action(description="Make them members", permissions=["change"])
    def make_member(self, request: HttpRequest, chosen: QuerySet[User]) -> None:
        self._each(request, chosen, "Made member", people.change_role, role=Role.MEMBER)

    @admin.action(description="Make them guests", permissions=["change"])
    def make_guest(self, request: HttpRequest, chosen: QuerySet[User]) -> None:
        self._each(request, chosen, "Made guest", people.change_role, role=Role.GUEST)

    def _each(
        self, request: HttpRequest, chosen: QuerySet[User], done: str, act: Callable[..., object], **told: str
    ) -> None:
        by = cast("User", request.user)
        self.for_each(request, chosen, lambda row: act(person_id=row.pk, by=by, request=request, **told), done)


def _is_superuser(request: HttpRequest) -> bool:
    return bool(getattr(request.user, "is_superuser", False))


@admin.register(PersonalToken)
class PersonalTokenAdmin(ReadOnlyAdmin):
    """To look at and to revoke; tokens are made by their owner or by `manage.py apitoken`."""

    list_display = ("name", "owner", "kind", "scopes", "last_used_at", "expires_at", "created_at")
    search_fields = ("name", "=owner__username")
    list_select_related = ("owner",)
    ordering = ("-id",)
    fields = ("name", "owner", "kind", "scopes", "last_used_at", "last_used_from", "expires_at", "created_at")
    actions = ("revoke",)

    @admin.action(description="Revoke", permissions=["view"])
    def revoke(self, request: HttpRequest, tokens: QuerySet[PersonalToken]) -> None:
        self.for_each(
            request,
            tokens.select_related("owner"),
            lambda row: _revoke(request, row),
            "Revoked",
        )


def _revoke(request: HttpRequest, row: PersonalToken) -> None:
    by = cast("User", request.user)
    if row.owner_id != by.pk:
        check_change_person(by, row.owner)
    revoke_token(owner=row.owner, token_id=row.pk, by=by, request=request)


class ActionFilter(admin.SimpleListFilter):
    """Those that have a name: looking for all that there are would read every line."""

    title = "what"
    parameter_name = "action"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        del request, model_admin
        return list(known_actions().items())

    def queryset(self, request: HttpRequest, queryset: QuerySet[Activity]) -> QuerySet[Activity]:
        del request
        return queryset.filter(action=self.value()) if self.value() else queryset


@admin.register(Activity)
class ActivityAdmin(ReadOnlyAdmin):
    """Looked through more comfortably in the studio, where it can be taken along as a table."""

    list_display = ("at", "action", "actor_name", "through_name", "subject_name", "address")
    list_filter = (ActionFilter,)
    search_fields = ("=actor_name", "=subject_name", "=address", "=request_id")
    ordering = ("-at", "-id")
    date_hierarchy = None


@admin.register(DataExport)
class DataExportAdmin(ReadOnlyAdmin):
    """That somebody asked for a copy of their data; what is in it is theirs alone."""

    list_display = ("owner", "created_at", "ready_at", "expires_at", "failed_at", "size_bytes")
    list_select_related = ("owner",)
    ordering = ("-id",)


@admin.register(Impersonation)
class ImpersonationAdmin(ReadOnlyAdmin):
    list_display = ("by", "person", "reason", "created_at", "ends_at", "ended_at")
    list_select_related = ("by", "person")
    fields = ("by", "person", "reason", "created_at", "ends_at", "ended_at")
    ordering = ("-id",)
    actions = ("stop",)

    @admin.action(description="End", permissions=["view"])
    def stop(self, request: HttpRequest, rows: QuerySet[Impersonation]) -> None:
        self.for_each(request, rows, lambda row: end(impersonation_id=row.pk, request=request), "Ended")


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
