"""The studio's pages of Patreon: connecting a campaign, how reading goes, what its tiers mean, who is a member."""

import secrets
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from apps.core.errors import AppError, Invalid, NotAllowed
from apps.core.keyset import keyset_page
from apps.memberships.elsewhere import Cause, Link, Verdict
from apps.memberships.forms_of_sources import MeaningsForm, TokensForm
from apps.memberships.health_of_sources import healths_of
from apps.memberships.models import PatreonCampaign, PatreonMember
from apps.memberships.permissions_of_sources import can_map, check_map
from apps.memberships.providers.patreon import oauth
from apps.memberships.services.patreon.app import app_in_force, the_app
from apps.memberships.services.patreon.connect import connect_by_code, connect_by_tokens, disconnect
from apps.memberships.services.patreon.sync import submit_sync
from apps.memberships.services.patreon.tiers import map_tiers
from apps.memberships.views.doing import creator, done
from apps.memberships.words import price_of

_STATE = "patreon_connect_state"
_RUNS_SHOWN = 10
FILTERS = (("", "All"), ("paying", "Paying"), ("unmatched", "Without an account here"), ("ended", "Ended"))
_PAYING = (Verdict.ENTITLED, Verdict.BLANK, Verdict.LAPSING)


@login_required
@never_cache
@require_GET
def index(request: HttpRequest) -> HttpResponse:
    creator(request)
    return _index(request, TokensForm())


@login_required
@require_POST
def connect(request: HttpRequest) -> HttpResponse:
    """Sends the creator to Patreon. The state is known to this session alone, and counts once."""
    creator(request)
    try:
        app = the_app()
    except Invalid as error:
        messages.error(request, error.message)
        return redirect("patreon")
    request.session[_STATE] = secrets.token_urlsafe(24)
    url = oauth.authorize_url(app, redirect_uri=_callback_url(request), state=request.session[_STATE])
    return redirect(url)


@login_required
@never_cache
@require_GET
def callback(request: HttpRequest) -> HttpResponse:
    """Back from Patreon, with a code or with a refusal."""
    person = creator(request)
    expected = request.session.pop(_STATE, "")
    told = request.GET.get("state", "")
    if not expected or not secrets.compare_digest(expected.encode(), told.encode()):
        messages.error(
            request, "This answer of Patreon does not belong to anything that you have begun here. Begin again."
        )
        return redirect("patreon")
    code = request.GET.get("code", "")
    if not code or len(code) > 1000:
        messages.warning(request, "Patreon was not allowed to tell this site of your campaign. Nothing has changed.")
        return redirect("patreon")
    try:
        connected = connect_by_code(
            person=person, code=code, redirect_uri=_callback_url(request), webhook_base=_base(request)
        )
    except NotAllowed:
        raise
    except AppError as error:
        messages.error(request, error.message)
        return redirect("patreon")
    return _connected(request, connected)


@login_required
@never_cache
@require_POST
def tokens(request: HttpRequest) -> HttpResponse:
    """The other way: the creator's tokens from Patreon's page of clients."""
    person = creator(request)
    form = TokensForm(request.POST)
    if not form.is_valid():
        return _index(request, form, status=422)
    try:
        connected = connect_by_tokens(
            person=person,
            access=form.cleaned_data["access"],
            refresh=form.cleaned_data["refresh"],
            webhook_base=_base(request),
        )
    except NotAllowed:
        raise
    except AppError as error:
        form.add_error("access", error.message)
        return _index(request, form, status=422)
    return _connected(request, connected)


@login_required
@never_cache
@require_GET
def campaign(request: HttpRequest, campaign_id: UUID) -> HttpResponse:
    row = _managed(request, campaign_id)
    tiers = list(row.tiers.select_related("tier"))
    shown = {
        "health": healths_of([row])[0],
        "campaign": row,
        "tiers": [(tier, price_of(tier.amount_cents, row.currency)) for tier in tiers],
        "paid_tiers": [tier for tier in tiers if not tier.is_free],
        "form": _meanings_form(row),
        "can_map": can_map(request.user),
        "runs": row.runs.order_by("-pk")[:_RUNS_SHOWN],
    }
    return render(request, "memberships/patreon/campaign/index.html", shown)


@login_required
@require_POST
def sync(request: HttpRequest, campaign_id: UUID) -> HttpResponse:
    row = _managed(request, campaign_id)
    said = "Patreon is being read. This page shows how it went."
    return done(request, lambda: submit_sync(campaign=row, cause=Cause.DEMAND), said, "patreon-campaign", row.pk)


@login_required
@require_POST
def tiers(request: HttpRequest, campaign_id: UUID) -> HttpResponse:
    """What tiers at Patreon mean here; everybody's right follows with the reading that this begins."""
    row = _managed(request, campaign_id)
    check_map(request.user)
    form = _meanings_form(row, request.POST)
    if not form.is_valid():
        messages.error(request, "One of these tiers is not there any more. Nothing was saved.")
        return redirect("patreon-campaign", row.pk)

    def save() -> None:
        if map_tiers(campaign=row, meanings=form.meanings()) and row.link == Link.CONNECTED:
            submit_sync(campaign=row, cause=Cause.DEMAND)

    return done(request, save, "Saved. Members get what that means within a few minutes.", "patreon-campaign", row.pk)


@login_required
@require_POST
def end(request: HttpRequest, campaign_id: UUID) -> HttpResponse:
    row = _managed(request, campaign_id)
    person = creator(request)
    said = "Disconnected. Members keep what they have paid for until it ends."
    return done(request, lambda: disconnect(person=person, campaign=row), said, "patreon")


@login_required
@never_cache
@require_GET
def members(request: HttpRequest, campaign_id: UUID) -> HttpResponse:
    """Two queries beside those of the sign-in."""
    row = _managed(request, campaign_id)
    asked = {"show": request.GET.get("show", "")[:20], "text": request.GET.get("q", "").strip()[:80]}
    found = PatreonMember.objects.filter(campaign=row).select_related("person", "tier")
    if asked["show"] == "paying":
        found = found.filter(verdict__in=_PAYING)
    elif asked["show"] == "unmatched":
        found = found.filter(verdict__in=_PAYING, person=None)
    elif asked["show"] == "ended":
        found = found.exclude(verdict__in=_PAYING)
    elif asked["show"]:
        found = found.none()
    if asked["text"]:
        text = asked["text"]
        found = found.filter(Q(full_name__icontains=text) | Q(email__iexact=text) | Q(member_id=text) | Q(user_id=text))
    shown = {"campaign": row, "page": keyset_page(request, found), "asked": asked, "filters": FILTERS}
    return render(request, "memberships/patreon/members/index.html", shown)


def _index(request: HttpRequest, form: TokensForm, *, status: int = 200) -> HttpResponse:
    campaigns = PatreonCampaign.objects.managed_by(request.user).select_related("owner").order_by("name")[:50]
    shown = {
        "healths": healths_of(campaigns),
        "form": form,
        "has_app": app_in_force() is not None,
        "callback_url": _callback_url(request),
    }
    return render(request, "memberships/patreon/index.html", shown, status=status)


def _connected(request: HttpRequest, connected: list[PatreonCampaign]) -> HttpResponse:
    messages.success(request, "Connected. The members are being read; say below what the tiers mean here.")
    return redirect("patreon-campaign", connected[0].pk)


def _managed(request: HttpRequest, campaign_id: UUID) -> PatreonCampaign:
    """For those who may look after it; for all others there is none."""
    creator(request)
    return get_object_or_404(PatreonCampaign.objects.managed_by(request.user).select_related("owner"), pk=campaign_id)


def _meanings_form(row: PatreonCampaign, data: object = None) -> MeaningsForm:
    return MeaningsForm([tier for tier in row.tiers.select_related("tier") if not tier.is_free], data)


def _callback_url(request: HttpRequest) -> str:
    return request.build_absolute_uri(reverse("patreon-callback"))


def _base(request: HttpRequest) -> str:
    return request.build_absolute_uri("/")
