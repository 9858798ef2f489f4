"""Collections: `/c/<slug>-<id>/`, and all of them."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from apps.catalog.access import decide, viewer_of
from apps.catalog.models import Collection
from apps.web.collections import sheet_of, shelf_of
from apps.web.views.items import id_at


@require_safe
def collections(request: HttpRequest) -> HttpResponse:
    """Those that the viewer may know of, the newest first."""
    visible = Collection.objects.visible_to(viewer_of(request.user), timezone.now())
    shelf = shelf_of(visible, read_uuid(request.GET.get("after", "")))
    return render(request, "web/collections/index.html", {"shelf": shelf})


@require_safe
@vary_on_headers("HX-Request")
def collection_page(request: HttpRequest, address: str) -> HttpResponse:
    """The page; asked by its live part (htmx), that part alone."""
    pk = id_at(address)
    viewer, now = viewer_of(request.user), timezone.now()
    collections = Collection.objects.select_related("owner", "access", "parent__access")
    found = collections.filter(pk=pk).first() if pk else None
    sheet = sheet_of(viewer, found, now) if found else None
    if found is None or sheet is None:
        raise Http404("There is no such collection.")
    if request.path != found.get_absolute_url():
        return HttpResponsePermanentRedirect(found.get_absolute_url())
    part = "#sheet" if request.headers.get("HX-Target") == "div#sheet" else ""
    series = found.parent
    parent = series if series and decide(viewer, series.subject, now).visible else None
    return render(request, f"web/collection/index.html{part}", {"collection": found, "sheet": sheet, "parent": parent})


def read_uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
