"""The front page: what came last, and what somebody has begun."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from apps.catalog.access import viewer_of
from apps.catalog.enums import State
from apps.web.catalogue import shown_to
from apps.web.shelves import shelves_for

SHOWN = 25


def home(request: HttpRequest) -> HttpResponse:
    """The newest that plays leads; the others follow, also what the person's own is still in the making."""
    viewer, now = viewer_of(request.user), timezone.now()
    items = list(shown_to(viewer, now).order_by("-id")[:SHOWN])
    lead = next((item for item in items if item.state == State.READY), None)
    rest = [item for item in items if item is not lead]
    return render(request, "web/home/index.html", {"lead": lead, "rest": rest, "shelves": shelves_for(viewer, now)})
