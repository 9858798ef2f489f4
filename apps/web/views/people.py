"""People in the studio: found, looked at, given a role, disabled, seen the site as."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from apps.accounts import impersonation
from apps.accounts.models import User
from apps.accounts.permissions import check_change_person, check_manage_people
from apps.accounts.services import people
from apps.accounts.services.tokens import revoke_token
from apps.accounts.views.person import person_of
from apps.core.errors import AppError, NotAllowed
from apps.web.people.listing import choices, page_of, read_asked
from apps.web.people.sheet import sheet_of

Act = Callable[[HttpRequest, User, User], str]
View = Callable[..., HttpResponse]


def for_managers(view: View) -> View:
    """Signed in, and managing members; everyone else is told so (403)."""

    @login_required
    @never_cache
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            check_manage_people(request.user)
            return view(request, *args, **kwargs)
        except NotAllowed as error:
            raise PermissionDenied(error.message) from error

    return guarded


@for_managers
@require_GET
def people_list(request: HttpRequest) -> HttpResponse:
    asked = read_asked(request.GET)
    shown = {
        "page": page_of(asked),
        "asked": asked,
        "choices": choices(),
        "first_url": asked.address() if asked.before else "",
    }
    return render(request, "web/people/index.html", shown)


@for_managers
@require_GET
def person(request: HttpRequest, person_id: UUID) -> HttpResponse:
    found = get_object_or_404(User, pk=person_id)
    return render(request, "web/people/person.html", {"sheet": sheet_of(person_of(request), found)})


def _action(act: Act) -> View:
    """A view of an act that returns the sentence to be told. What may not be done is 403, what cannot be is told."""

    @for_managers
    @require_POST
    @wraps(act)
    def view(request: HttpRequest, person_id: UUID) -> HttpResponse:
        found = get_object_or_404(User, pk=person_id)
        try:
            messages.success(request, act(request, person_of(request), found))
        except NotAllowed:
            raise
        except AppError as error:
            messages.error(request, error.message)
        return redirect("studio-person", person_id=person_id)

    return view


@_action
def disable(request: HttpRequest, by: User, found: User) -> str:
    people.disable(person_id=found.pk, reason=request.POST.get("reason", ""), by=by, request=request)
    return f"{found.name} is signed out everywhere and cannot come back in."


@_action
def enable(request: HttpRequest, by: User, found: User) -> str:
    people.enable(person_id=found.pk, reason=request.POST.get("reason", ""), by=by, request=request)
    return f"{found.name} may sign in again."


@_action
def role(request: HttpRequest, by: User, found: User) -> str:
    changed = people.change_role(person_id=found.pk, role=request.POST.get("role", ""), by=by, request=request)
    return f"{changed.name} is {changed.get_role_display()} now."


@_action
def display_name(request: HttpRequest, by: User, found: User) -> str:
    name = request.POST.get("display_name", "")
    changed = people.rename_display(person_id=found.pk, display_name=name, by=by, request=request)
    return f"They are called {changed.name} now."


@_action
def token_revoke(request: HttpRequest, by: User, found: User) -> str:
    check_change_person(by, found)
    try:
        token_id = UUID(request.POST.get("token", ""))
    except ValueError:
        token_id = UUID(int=0)
    revoke_token(owner=found, token_id=token_id, by=by, request=request)
    return "The token is revoked."


@for_managers
@require_POST
def impersonate(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """Swaps the sign-in; what the pages then show is what this person sees."""
    found = get_object_or_404(User, pk=person_id)
    try:
        impersonation.begin(request=request, person=found, reason=request.POST.get("reason", ""))
    except NotAllowed:
        raise
    except AppError as error:
        messages.error(request, error.message)
        return redirect("studio-person", person_id=person_id)
    return redirect("home")


@login_required
@never_cache
@require_POST
def impersonation_stop(request: HttpRequest) -> HttpResponse:
    """Back to oneself. Whoever is nobody else goes home."""
    running = getattr(request, "impersonation", None)
    if running is None:
        return redirect("home")
    impersonation.stop(request)
    messages.success(request, "You see the site as yourself again.")
    return redirect("studio-person", person_id=running.person_id)
