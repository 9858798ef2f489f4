"""Where one is signed in now. The other pages about signing in are allauth's."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from apps.accounts.impersonation import own_hands_only
from apps.accounts.models import User
from apps.accounts.services.sessions import end_other_sessions, end_session, sessions_of
from apps.core.errors import NotFound


@login_required
@never_cache
@own_hands_only
@require_GET
def sessions(request: HttpRequest) -> HttpResponse:
    shown = sessions_of(_person(request), current_key=request.session.session_key)
    return render(request, "accounts/sessions/index.html", {"sessions": shown})


@login_required
@own_hands_only
@require_POST
def end_one(request: HttpRequest, session_id: int) -> HttpResponse:
    try:
        end_session(person=_person(request), session_id=session_id)
    except NotFound as missing:
        raise Http404(str(missing)) from missing
    messages.success(request, "That device is signed out.")
    return redirect("settings-sessions")


@login_required
@own_hands_only
@require_POST
def end_others(request: HttpRequest) -> HttpResponse:
    end_other_sessions(person=_person(request), current_key=request.session.session_key)
    messages.success(request, "You are signed out everywhere but here.")
    return redirect("settings-sessions")


def _person(request: HttpRequest) -> User:
    person = request.user
    if not isinstance(person, User):  # login_required stands before every view here
        raise Http404
    return person
