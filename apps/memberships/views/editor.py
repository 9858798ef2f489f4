"""The studio's pages of tiers and gifts."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.core.errors import AppError
from apps.core.keyset import keyset_page
from apps.memberships.enums import GiftState
from apps.memberships.forms import GiftForm, TierForm
from apps.memberships.membership import Offer
from apps.memberships.models import Gift, Tier
from apps.memberships.services.gifts import link_of, make_gift, withdraw_gift
from apps.memberships.services.tiers import (
    archive_tier,
    change_tier,
    create_tier,
    delete_tier,
    reorder_tiers,
    restore_tier,
)
from apps.memberships.views.members import for_managers
from apps.memberships.views.mine import signed_in
from apps.memberships.words import limits_in_words, price_of

_FORM_NAMES = {"price_cents": "price", "storage_bytes": "storage_gb"}


@for_managers
@never_cache
@require_safe
def tiers(request: HttpRequest) -> HttpResponse:
    """All tiers from the highest rank to the lowest, then those in the archive: one query."""
    rows = [
        Offer(tier, price_of(tier.price_cents, tier.currency), limits_in_words(tier.limits))
        for tier in reversed(Tier.objects.all())
    ]
    shown = {
        "rows": [row for row in rows if row.tier.archived_at is None],
        "archived": [row for row in rows if row.tier.archived_at is not None],
    }
    return render(request, "memberships/studio/tiers.html", shown)


@for_managers
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def new_tier(request: HttpRequest) -> HttpResponse:
    form = TierForm(request.POST) if request.method == "POST" else TierForm()
    if request.method == "POST" and form.is_valid():
        try:
            tier = create_tier(by=signed_in(request), **form.tier)
            messages.success(request, f"{tier.title} is there.")
            return redirect("studio-tiers")
        except AppError as error:
            _tell(form, error)
    return _tier_page(request, form, None)


@for_managers
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def tier(request: HttpRequest, tier_id: UUID) -> HttpResponse:
    found = get_object_or_404(Tier, pk=tier_id)
    form = TierForm(request.POST) if request.method == "POST" else TierForm.of(found)
    if request.method == "POST" and form.is_valid():
        try:
            change_tier(tier=found, by=signed_in(request), **form.tier)
            messages.success(request, "Saved. It is in force within seconds.")
            return redirect("studio-tiers")
        except AppError as error:
            _tell(form, error)
    return _tier_page(request, form, found)


def _tier_page(request: HttpRequest, form: TierForm, found: Tier | None) -> HttpResponse:
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "memberships/studio/tier.html", {"form": form, "tier": found}, status=status)


def _tell(form: Any, error: AppError) -> None:
    for name, sentences in (error.fields or {"": [error.message]}).items():
        known = _FORM_NAMES.get(name, name)
        form.add_error(known if known in form.fields else None, sentences)


def _tier_action(act: Any, told: str) -> Any:
    """A view that does something with a tier and says so, or says why not."""

    @for_managers
    @require_POST
    def view(request: HttpRequest, tier_id: UUID) -> HttpResponse:
        found = get_object_or_404(Tier, pk=tier_id)
        try:
            act(tier=found, by=signed_in(request))
            messages.success(request, told.format(tier=found.title))
        except AppError as error:
            messages.error(request, error.message)
        return redirect("studio-tiers")

    return view


archive = _tier_action(archive_tier, "{tier} is in the archive. Who has it keeps it.")
restore = _tier_action(restore_tier, "{tier} is offered again.")
delete = _tier_action(delete_tier, "{tier} is deleted.")


@for_managers
@require_POST
def move(request: HttpRequest, tier_id: UUID) -> HttpResponse:
    """One step up or down in rank; the ranks become 10, 20, …"""
    order = list(Tier.objects.values_list("pk", flat=True))
    if tier_id not in order:
        return redirect("studio-tiers")
    place = order.index(tier_id)
    other = place + (1 if request.POST.get("way") == "up" else -1)
    if 0 <= other < len(order):
        order[place], order[other] = order[other], order[place]
        try:
            reorder_tiers(order=order, by=signed_in(request))
        except AppError as error:
            messages.error(request, error.message)
    return redirect("studio-tiers")


@for_managers
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def gifts(request: HttpRequest) -> HttpResponse:
    """The gifts, and a form for one more. A new one's link is on the answer; its maker finds it here later, too."""
    by = signed_in(request)
    form = GiftForm(request.POST) if request.method == "POST" else GiftForm()
    made: Gift | None = None
    if request.method == "POST" and form.is_valid():
        try:
            made, _ = make_gift(by=by, **form.gift)
            form = GiftForm()
        except AppError as error:
            names = {"deliver_at": "deliver_on", "expires_at": "claim_until"}
            for name, sentences in (error.fields or {"": [error.message]}).items():
                known = names.get(name, name)
                form.add_error(known if known in form.fields else None, sentences)
    page = keyset_page(request, Gift.objects.select_related("tier", "made_by", "claimed_by"))
    rows = [(row, link_of(row) if row.made_by_id == by.pk and row.state == GiftState.OPEN else "") for row in page.rows]
    shown = {"page": page, "rows": rows, "form": form, "made": made, "link": link_of(made) if made else ""}
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "memberships/studio/gifts.html", shown, status=status)


@for_managers
@require_POST
def withdraw(request: HttpRequest, gift_id: UUID) -> HttpResponse:
    gift = get_object_or_404(Gift.objects.select_related("tier"), pk=gift_id)
    try:
        withdraw_gift(gift=gift, by=signed_in(request))
        messages.success(request, "The gift is taken back: its link brings nothing any more.")
    except AppError as error:
        messages.error(request, error.message)
    return redirect("studio-gifts")
