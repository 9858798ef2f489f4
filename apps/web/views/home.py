"""The front page: what came last."""

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from apps.catalog.access import viewer_of
from apps.catalog.enums import State
from apps.catalog.models import Item

SHOWN = 25


def home(request: HttpRequest) -> HttpResponse:
    """The newest that plays, and what the person's own is still in the making; the first one that plays leads."""
    viewer = viewer_of(request.user)
    visible = Item.objects.visible_to(viewer, timezone.now())
    shown = visible.filter(Q(state=State.READY) | Q(owner_id=viewer.person_id, owner__isnull=False))
    items = list(shown.select_related("owner").defer("chapters", "tags").order_by("-id")[:SHOWN])
    lead = next((item for item in items if item.state == State.READY), None)
    rest = [item for item in items if item is not lead]
    return render(request, "web/home/index.html", {"lead": lead, "rest": rest})
