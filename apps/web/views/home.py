"""The front page: what came last."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from apps.catalog.access import viewer_of
from apps.catalog.models import Item

SHOWN = 25


def home(request: HttpRequest) -> HttpResponse:
    """The newest items that this person may see."""
    visible = Item.objects.visible_to(viewer_of(request.user), timezone.now())
    items = visible.select_related("owner").order_by("-id")[:SHOWN]
    return render(request, "web/home/index.html", {"items": list(items)})
