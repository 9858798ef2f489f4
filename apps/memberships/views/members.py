"""The studio's pages of members: who has what, and what can be done about one of them."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from apps.accounts.models import User
from apps.core.errors import AppError, Invalid
from apps.core.keyset import keyset_page
from apps.memberships.find import find_person
from apps.memberships.forms import ExtendForm, FindForm, GiveForm
from apps.memberships.membership import held_of
from apps.memberships.models import Grant
from apps.memberships.permissions import can_manage_members
from apps.memberships.roll import SHOWN, counted, ending_soon, filtered
from apps.memberships.services.complimentary import give_away
from apps.memberships.services.hold import change_grant, pause_grant, resume_grant, revoke_grant
from apps.memberships.standing import entitlements_of
from apps.memberships.views.mine import signed_in

View = Callable[..., HttpResponse]


def for_managers(view: View) -> View:
    """Lets those in who look after the members; everybody else is told that it is not theirs."""

    @login_required
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not can_manage_members(request.user):
            raise PermissionDenied("Only those who look after the members of this site may come here.")
        return view(request, *args, **kwargs)

    return guarded


@for_managers
@never_cache
@require_safe
def members(request: HttpRequest) -> HttpResponse:
    """Grants by tier, source and state, the newest first. Five queries beside those of the sign-in and the bell."""
    asked = {name: request.GET.get(name, "")[:80].strip() for name in ("tier", "source", "show", "q")}
    now = timezone.now()
    page = keyset_page(request, filtered(asked, now).select_related("person", "tier"))
    shown = {
        "page": page,
        "asked": asked,
        "shows": SHOWN,
        "counts": counted(now),
        "ending": ending_soon(now),
        "now": now,
    }
    return render(request, "memberships/studio/members.html", {**shown, "find": FindForm()})


@for_managers
@require_POST
def find(request: HttpRequest) -> HttpResponse:
    """Leads to a person's memberships, whether they have any or not."""
    form = FindForm(request.POST)
    try:
        if not form.is_valid():
            raise Invalid("Say whom.")
        return redirect("studio-member", person_id=find_person(form.cleaned_data["person"]).pk)
    except Invalid as error:
        messages.error(request, error.message)
        return redirect("studio-members")


@for_managers
@never_cache
@require_safe
def member(request: HttpRequest, person_id: UUID) -> HttpResponse:
    return _member_page(request, get_object_or_404(User, pk=person_id))


def _member_page(
    request: HttpRequest, person: User, *, give: GiveForm | None = None, status: int = 200
) -> HttpResponse:
    now = timezone.now()
    shown = {
        "person": person,
        "held": held_of(person, now),
        "entitled": entitlements_of(person, now),
        "give": give or GiveForm(),
        "extend": ExtendForm(prefix="extend"),
    }
    return render(request, "memberships/studio/member.html", shown, status=status)


@for_managers
@require_POST
def give(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """Mistakes are told at the field (422)."""
    person = get_object_or_404(User, pk=person_id)
    form = GiveForm(request.POST)
    if form.is_valid():
        try:
            tier, reason, now = form.cleaned_data["tier"], form.cleaned_data["reason"], timezone.now()
            give_away(
                person=person,
                tier=tier,
                by=signed_in(request),
                reason=reason,
                starts_at=now,
                ends_at=form.end_from(now),
            )
        except AppError as error:
            form.add_error("until" if "ends_at" in error.fields else None, error.message)
    if form.errors:
        return _member_page(request, person, give=form, status=422)
    messages.success(request, f"{person.name} has {tier.title} now.")
    return redirect("studio-member", person_id=person.pk)


Act = Callable[[HttpRequest, Grant, User], str]


def _action(act: Act) -> View:
    """A view of an act on a grant that returns the sentence to be told; what cannot be done is told as well."""

    @for_managers
    @require_POST
    @wraps(act)
    def view(request: HttpRequest, grant_id: UUID) -> HttpResponse:
        grant = get_object_or_404(Grant.objects.select_related("person", "tier"), pk=grant_id)
        try:
            messages.success(request, act(request, grant, signed_in(request)))
        except AppError as error:
            messages.error(request, error.message)
        return redirect("studio-member", person_id=grant.person_id)

    return view


@_action
def pause(request: HttpRequest, grant: Grant, by: User) -> str:
    pause_grant(grant=grant, by=by, reason=request.POST.get("reason", "").strip()[:300])
    return f"{grant.tier.title} is paused."


@_action
def resume(_request: HttpRequest, grant: Grant, by: User) -> str:
    resume_grant(grant=grant, by=by)
    return f"{grant.tier.title} goes on."


@_action
def revoke(request: HttpRequest, grant: Grant, by: User) -> str:
    revoke_grant(grant=grant, by=by, reason=request.POST.get("reason", "").strip()[:300])
    return f"{grant.tier.title} is taken back."


@_action
def extend(request: HttpRequest, grant: Grant, by: User) -> str:
    form = ExtendForm(request.POST, prefix="extend")
    if not form.is_valid():
        raise Invalid(str(next(iter(form.errors.values()))[0]))
    end = form.end_from(max(timezone.now(), grant.ends_at or timezone.now()))
    change_grant(grant=grant, by=by, ends_at=end)
    return f"{grant.tier.title} lasts until {end:%-d %B %Y}." if end else f"{grant.tier.title} lasts for good."
