"""What anybody sees of memberships: the tiers, what they have, and a gift's page."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.accounts.models import User
from apps.core import rates
from apps.core.errors import AppError, NotFound
from apps.memberships.ladder import known_tiers
from apps.memberships.membership import grace_of, held_of, offers_for
from apps.memberships.models import Tier
from apps.memberships.panels import panels_of
from apps.memberships.services.gifts import claim_gift, find_gift, gifts_for, why_gone
from apps.memberships.services.trial import start_trial
from apps.memberships.standing import entitlements_of
from apps.memberships.words import limits_in_words


def signed_in(request: HttpRequest) -> User:
    person = request.user
    if not isinstance(person, User):  # login_required stands before every view that asks
        raise Http404
    return person


@never_cache
@require_safe
def tiers(request: HttpRequest) -> HttpResponse:
    """For everybody: what there is, what it costs, and what they have of it."""
    return render(request, "memberships/tiers.html", {"offers": offers_for(request.user)})


@login_required
@require_POST
def trial(request: HttpRequest, tier_id: UUID) -> HttpResponse:
    tier = get_object_or_404(Tier.objects.offered(), pk=tier_id)
    rates.check("trial", rates.caller_of(request))
    try:
        grant = start_trial(person=signed_in(request), tier=tier)
    except AppError as error:
        messages.error(request, error.message)
        return redirect("tiers")
    messages.success(request, f"{tier.title} is yours until {grant.ends_at:%-d %B %Y}.")
    return redirect("settings-membership")


@login_required
@never_cache
@require_safe
def membership(request: HttpRequest) -> HttpResponse:
    """What one has, from where and until when. About six queries, and those of the panels."""
    person, now = signed_in(request), timezone.now()
    held = held_of(person, now)
    entitled = entitlements_of(person, now)
    known = known_tiers()
    shown = {
        "held": [one for one in held if one.state not in {"over", "revoked"}],
        "before": [one for one in held if one.state in {"over", "revoked"}],
        "grace": grace_of(held),
        "tiers": [known[pk] for pk in known if pk in entitled.tiers],
        "brings": limits_in_words(entitled.limits),
        "gifts": gifts_for(person),
        "panels": panels_of(person),
    }
    return render(request, "memberships/membership.html", shown)


@login_required
@require_POST
def claim_sent(request: HttpRequest, gift_id: UUID) -> HttpResponse:
    """A gift that was sent to an address which this person has proved needs no link."""
    person = signed_in(request)
    gift = next((one for one in gifts_for(person) if one.pk == gift_id), None)
    if gift is None:
        raise Http404("There is no such gift for you.")
    try:
        claim_gift(gift=gift, person=person)
        messages.success(request, f"{gift} are yours.")
    except AppError as error:
        messages.error(request, error.message)
    return redirect("settings-membership")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def gift(request: HttpRequest, token: str) -> HttpResponse:
    """What the link brings; claiming it needs an account. Guessing is limited, found or not."""
    rates.check("gift", rates.caller_of(request))
    try:
        found = find_gift(token)
    except NotFound:
        return render(request, "memberships/gift.html", {"gift": None}, status=404)
    if request.method == "POST":
        if not isinstance(request.user, User):
            return redirect_to_login(request.path)
        try:
            grant = claim_gift(gift=found, person=request.user)
        except AppError as error:
            messages.error(request, error.message)
            return redirect("gift", token=token)
        messages.success(request, f"{found.tier.title} is yours until {grant.ends_at:%-d %B %Y}.")
        return redirect("settings-membership")
    gone = why_gone(found)
    return render(request, "memberships/gift.html", {"gift": found, "gone": gone}, status=410 if gone else 200)
