"""The log of messages from Patreon and Ko-fi: searched, looked at, worked on again."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from apps.core.keyset import keyset_page
from apps.memberships.elsewhere import DeliveryState
from apps.memberships.models import WebhookDelivery
from apps.memberships.services.webhooks.receive import replay
from apps.memberships.views.doing import creator, done

FILTERS = (("", "All"), *DeliveryState.choices)


@login_required
@never_cache
@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """One query beside those of the sign-in. The search knows events, and the ids of members and payments."""
    person = creator(request)
    asked = {"state": request.GET.get("state", "")[:20], "text": request.GET.get("q", "").strip()[:80]}
    found = WebhookDelivery.objects.managed_by(person).select_related("campaign", "account").defer("body")
    if asked["state"]:
        found = found.filter(state=asked["state"])
    if asked["text"]:
        found = found.filter(Q(event__iexact=asked["text"]) | Q(subject=asked["text"]))
    shown = {"page": keyset_page(request, found), "asked": asked, "filters": FILTERS}
    return render(request, "memberships/webhooks/index.html", shown)


@login_required
@never_cache
@require_GET
def one(request: HttpRequest, delivery_id: UUID) -> HttpResponse:
    return render(request, "memberships/webhooks/one/index.html", {"delivery": _managed(request, delivery_id)})


@login_required
@require_POST
def replay_one(request: HttpRequest, delivery_id: UUID) -> HttpResponse:
    row = _managed(request, delivery_id)
    return done(request, lambda: replay(delivery=row), "It is worked on once more.", "webhook-delivery", row.pk)


def _managed(request: HttpRequest, delivery_id: UUID) -> WebhookDelivery:
    found = WebhookDelivery.objects.managed_by(creator(request)).select_related("campaign", "account")
    return get_object_or_404(found, pk=delivery_id)
