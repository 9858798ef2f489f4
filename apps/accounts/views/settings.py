"""Settings pages of one's own account: the user name, privacy, and what lately happened to it."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from apps.accounts.actions import title_of
from apps.accounts.impersonation import own_hands_only
from apps.accounts.models import Activity
from apps.accounts.services.names import rename
from apps.accounts.services.profile import edit_profile
from apps.accounts.services.ways_in import should_advise_second_factor
from apps.accounts.settings_forms import PrivacyForm, UserNameForm
from apps.accounts.views.person import person_of
from apps.core import rates
from apps.core.errors import AppError

SHOWN = 30
# Pages of signing in: name of the address, what it is called, its icon, what it is for.
_SIGN_IN = (
    ("account_change_password", "Password", "lock", "Another password; it signs you out everywhere else"),
    ("mfa_index", "Second factor and passkeys", "shield", "An app, a key or a passkey besides the password"),
    ("settings-sessions", "Where you are signed in", "monitor", "Your devices, and signing them out"),
    ("socialaccount_connections", "Other services", "key-round", "Accounts elsewhere that sign you in here"),
)


@login_required
@require_GET
def index(_request: HttpRequest) -> HttpResponse:
    return redirect("settings-profile")


@login_required
@never_cache
@own_hands_only
@require_http_methods(["GET", "POST"])
def account(request: HttpRequest) -> HttpResponse:
    """The user name; the addresses are allauth's."""
    person = person_of(request)
    form = UserNameForm(request.POST or None, initial={"username": person.username})
    if request.method == "POST" and form.is_valid():
        rates.check("rename", rates.caller_of(request))
        try:
            rename(person=person, username=form.cleaned_data["username"], by=person, request=request)
        except AppError as error:
            form.refuse(error)
        else:
            messages.success(request, f"You are @{person.username} now.")
            return redirect("settings-account")
    return render(request, "accounts/settings/account.html", {"form": form}, status=422 if form.errors else 200)


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def privacy(request: HttpRequest) -> HttpResponse:
    person = person_of(request)
    form = PrivacyForm(request.POST or None, initial={"profile_seen_by": person.profile_seen_by})
    if request.method == "POST" and form.is_valid():
        edit_profile(person=person, changes=form.cleaned_data, request=request)
        messages.success(request, "Saved.")
        return redirect("settings-privacy")
    return render(request, "accounts/settings/privacy.html", {"form": form}, status=422 if form.errors else 200)


@login_required
@never_cache
@require_GET
def security(request: HttpRequest) -> HttpResponse:
    """Ways of signing in, and what lately happened to the account. Two queries, whatever the number of lines; three for staff.

    Of what others did, their addresses are not shown.
    """
    person = person_of(request)
    lines = list(Activity.objects.of(person.pk).newest_first()[:SHOWN])
    shown = [
        {
            "line": line,
            "title": title_of(line.action),
            "own": line.actor_id in {None, person.pk} and not line.through_id,
        }
        for line in lines
    ]
    told = {"lines": shown, "ways": _ways(), "advise_second_factor": should_advise_second_factor(person)}
    return render(request, "accounts/settings/security.html", told)


def _ways() -> list[dict[str, str]]:
    return [
        {"url": reverse(name), "label": label, "icon": icon, "about": about} for name, label, icon, about in _SIGN_IN
    ]
