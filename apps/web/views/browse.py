"""Everything that there is, by kind and by age."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from apps.catalog.access import viewer_of
from apps.web.catalogue import Asked, Choice, kinds_of, page_of, read_asked


@require_safe
def browse(request: HttpRequest) -> HttpResponse:
    """A page of the catalogue; asked by its own "Show more", only the cards that come next."""
    viewer, asked, now = viewer_of(request.user), read_asked(request.GET), timezone.now()
    page = page_of(viewer, asked, now)
    if request.headers.get("HX-Target", "").endswith("#more"):
        answer = render(request, "web/browse/cards.html", {"page": page})
    else:
        shown = {"asked": asked, "page": page, "kinds": kinds_of(viewer, asked, now), "orders": _orders(asked)}
        answer = render(request, "web/browse/index.html", shown)
    patch_vary_headers(answer, ["HX-Request", "HX-Target"])
    return answer


def _orders(asked: Asked) -> list[Choice]:
    return [
        Choice(label, Asked(asked.kinds, asked.origins, oldest).address(), oldest == asked.oldest_first)
        for label, oldest in (("Newest first", False), ("Oldest first", True))
    ]
