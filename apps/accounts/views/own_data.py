"""`/settings/data/`: a copy of one's data, and the deletion of one's account."""

import time
from uuid import UUID

from allauth.account.internal.flows.login import get_authentication_records
from asgiref.sync import sync_to_async
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from apps.accounts.impersonation import own_hands_only
from apps.accounts.models import User
from apps.accounts.services.export import EVERY, ask_for_export, find_export, latest_export
from apps.accounts.services.leave import WAITS, ask_to_leave
from apps.accounts.settings_forms import LeaveForm
from apps.accounts.views.person import person_of
from apps.core import rates
from apps.core.errors import AppError, NotFound
from apps.core.files import refusal
from apps.core.ranges import serve_file

RECENT_S = 600  # for those without a password: how long ago they may have signed in


@login_required
@never_cache
@own_hands_only
@require_GET
def data(request: HttpRequest) -> HttpResponse:
    export, now = latest_export(person_of(request)), timezone.now()
    shown = {
        "export": export,
        "fetchable": export is not None and export.expires_at is not None and export.expires_at > now,
        "may_ask": export is None or export.failed_at is not None or export.created_at <= now - EVERY,
        "waits": WAITS,
    }
    return render(request, "accounts/settings/data.html", shown)


@login_required
@own_hands_only
@require_POST
def ask_export(request: HttpRequest) -> HttpResponse:
    try:
        ask_for_export(person=person_of(request), request=request)
    except AppError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, "Your data is being gathered. You are told when the copy is ready.")
    return redirect("settings-data")


@own_hands_only
async def fetch_export(request: HttpRequest, export_id: UUID) -> HttpResponseBase:
    """The zip, for its person alone, in their own sign-in."""
    if request.method not in {"GET", "HEAD"}:
        return HttpResponse(status=405, headers={"Allow": "GET, HEAD"})
    person = await request.auser()
    try:
        if not isinstance(person, User) or await request.session.aget("impersonation"):
            raise NotFound("There is no such copy, or its time is over.")
        path = await sync_to_async(find_export)(export_id=export_id, person=person, request=request)
        answer = await serve_file(request, path, content_type="application/zip", cache_control="private, no-store")
        answer["Content-Disposition"] = f'attachment; filename="my-data-{timezone.now():%Y-%m-%d}.zip"'
        return answer
    except FileNotFoundError:
        return refusal(NotFound("There is nothing here."))
    except AppError as error:
        return refusal(error)


@login_required
@never_cache
@own_hands_only
@require_http_methods(["GET", "POST"])
def leave(request: HttpRequest) -> HttpResponse:
    """Says what goes and what stays, and asks who it is: by the password, or by a fresh sign-in for those without one."""
    person = person_of(request)
    with_password = person.has_usable_password()
    proved = with_password or _signed_in_lately(request, person)
    form = LeaveForm(request.POST or None, with_password=with_password)
    if request.method == "POST" and proved and _fits(request, form, person):
        try:
            leaving_at = ask_to_leave(person=person, request=request)
        except AppError as error:
            form.refuse(error)
        else:
            logout(request)
            return render(request, "accounts/settings/left.html", {"leaving_at": leaving_at})
    shown = {"form": form, "proved": proved, "waits": WAITS}
    return render(request, "accounts/settings/leave.html", shown, status=422 if form.errors else 200)


def _fits(request: HttpRequest, form: LeaveForm, person: User) -> bool:
    rates.check("prove", rates.caller_of(request))
    if not form.is_valid():
        return False
    password = form.cleaned_data.get("password")
    if password is not None and not person.check_password(password):
        form.add_error("password", "This is not your password.")
        return False
    return True


def _signed_in_lately(request: HttpRequest, person: User) -> bool:
    records = get_authentication_records(request, person)
    return bool(records) and time.time() - records[-1]["at"] < RECENT_S
