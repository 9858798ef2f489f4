"""Settings pages about signing in: an overview, and where one is signed in now. The others are allauth's."""

from dataclasses import dataclass

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from apps.accounts.models import User
from apps.accounts.services.sessions import end_other_sessions, end_session, sessions_of
from apps.core.errors import NotFound
from apps.core.flags import Flag


@dataclass(frozen=True)
class Place:
    """One line of the overview: what there is, how it stands, and where it is changed."""

    title: str
    state: str
    url: str
    verb: str = "Change"


def _count(number: int, one: str, many: str, none: str) -> str:
    return none if not number else f"1 {one}" if number == 1 else f"{number} {many}"


def _places(person: User) -> list[Place]:
    """Four queries."""
    kinds = list(Authenticator.objects.filter(user=person).values_list("type", flat=True))
    addresses = dict(EmailAddress.objects.filter(user=person).values_list("email", "verified"))
    proved = _count(sum(addresses.values()), "address confirmed", "addresses confirmed", "None confirmed yet")
    password = Place("Password", "Set", reverse("account_change_password"))
    if not person.has_usable_password():
        password = Place("Password", "None", reverse("account_set_password"), "Choose one")
    linked = SocialAccount.objects.filter(user=person).count()
    signed_in = UserSession.objects.filter(user=person).count()
    keys = _count(kinds.count("webauthn"), "passkey or key", "passkeys or keys", "no passkey")
    app = "Authenticator app" if "totp" in kinds else "No authenticator app"
    return [
        Place("E-mail", proved if addresses else "None", reverse("account_email")),
        password,
        Place("Second factor and passkeys", f"{app}, {keys}", reverse("mfa_index")),
        Place("Linked accounts", _count(linked, "linked", "linked", "None"), reverse("socialaccount_connections")),
        Place(
            "Where you are signed in",
            _count(signed_in, "place", "places", "Here"),
            reverse("settings-sessions"),
            "Look",
        ),
    ]


@login_required
@never_cache
@require_GET
def overview(request: HttpRequest) -> HttpResponse:
    person = _person(request)
    advised = person.has_flag(Flag.OPERATE) and not person.has_second_factor
    shown = {"places_of_sign_in": _places(person), "advise_second_factor": advised or person.lacks_second_factor}
    return render(request, "accounts/sign_in/index.html", shown)


@login_required
@never_cache
@require_GET
def sessions(request: HttpRequest) -> HttpResponse:
    shown = sessions_of(_person(request), current_key=request.session.session_key)
    return render(request, "accounts/sessions/index.html", {"sessions": shown})


@login_required
@require_POST
def end_one(request: HttpRequest, session_id: int) -> HttpResponse:
    try:
        end_session(person=_person(request), session_id=session_id)
    except NotFound as missing:
        raise Http404(str(missing)) from missing
    messages.success(request, "That device is signed out.")
    return redirect("settings-sessions")


@login_required
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
