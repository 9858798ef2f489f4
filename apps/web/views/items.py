"""An item's page: `/i/<slug>-<id>/`."""

import re
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from apps.catalog.access import decide, viewer_of
from apps.catalog.models import Item
from apps.catalog.policy import EVERYONE
from apps.catalog.words import policy_words
from apps.core import rates
from apps.core.errors import AppError, NotAllowed
from apps.streaming.permissions import can_keep_item
from apps.streaming.services.sessions import open_playback
from apps.streaming.viewers import known_viewer
from apps.web.about import about_of, shared_picture
from apps.web.stage import stage_of
from apps.web.transcript import transcript_of

# The id is a UUID with its dashes or without; whatever stands before it is the slug, and may be out of date.
_ID = re.compile(r"(?:.*-)?([0-9a-f]{32}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})", re.IGNORECASE)

# What asks for itself, by the element that it replaces.
_PARTS = {
    "section#stage": "#stage",
    "div#growth": "#growth",
    "div#about": "#about",
    "div#transcript": "#transcript",
    "div#lock": "#lock",
}


def id_at(address: str) -> UUID | None:
    """The id at the end of a page's address."""
    found = _ID.fullmatch(address)
    return UUID(found[1]) if found else None


def _item_at(address: str) -> Item:
    pk = id_at(address)
    items = Item.objects.select_related("owner", "access", "home__access")
    item = items.filter(pk=pk).first() if pk else None
    if item is None:
        raise Http404("There is no such item.")
    return item


def _audience(item: Item) -> str:
    """For whom it is in the end; nothing where that is everyone."""
    policy = item.subject.policy
    return "" if policy.base == EVERYONE else policy_words(policy)


@require_safe
@vary_on_headers("HX-Request")
def item_page(request: HttpRequest, address: str) -> HttpResponse:
    """The page; asked by one of its live parts (htmx), that part alone."""
    item = _item_at(address)
    viewer, now = viewer_of(request.user), timezone.now()
    stage = stage_of(viewer, item, now)
    if stage is None:
        raise Http404("There is no such item.")
    if request.path != item.get_absolute_url():
        query = request.META.get("QUERY_STRING", "")
        return HttpResponsePermanentRedirect(item.get_absolute_url() + (f"?{query}" if query else ""))
    if request.GET.get("scene") == stage.scene and request.headers.get("HX-Target") == "section#stage":
        return HttpResponse(status=204)  # what plays goes on
    part = _PARTS.get(request.headers.get("HX-Target", ""), "")
    shown = {
        "item": item,
        "stage": stage,
        "about": about_of(viewer, item, now, plays=stage.decision.plays),
        "shared": shared_picture(item, now),
        "audience": _audience(item),
        "may_keep": item.asset_id is not None and can_keep_item(viewer, item, stage.decision),
        "shown_home": item.home is not None and decide(viewer, item.home.subject, now).visible,
        "transcript": transcript_of(stage, item, request.GET.get("transcript")),
    }
    return render(request, f"web/item/index.html{part}", shown)


@require_safe
def download(request: HttpRequest, item_id: UUID) -> HttpResponse:
    """Sends whoever may keep the original to its address, which is theirs alone and good for hours."""
    item = get_object_or_404(Item.objects.select_related("asset"), pk=item_id)
    try:
        rates.check("playback", rates.caller_of(request))
        known = known_viewer(request)
        path = open_playback(item=item, viewer=viewer_of(request.user), key=known.key).download_path
        if path is None:
            raise NotAllowed("Your tier has no downloads of this.")
    except NotAllowed as error:
        raise PermissionDenied(error.message) from error
    except AppError as error:
        raise Http404(error.message) from error
    answer = HttpResponseRedirect(path, headers={"Cache-Control": "no-store"})
    known.remember(answer)
    return answer
