"""Badges of what is shut, for whoever looks at a page."""

from datetime import datetime

from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from apps.catalog.access import Viewer, decide, viewer_of
from apps.catalog.models import Collection, Item
from apps.catalog.words import Badge, badge_of
from apps.web.assets import asset_url

_KEPT = "_looks"


def badge_for(request: HttpRequest, thing: Item | Collection) -> Badge | None:
    viewer, now = _looking(request)
    return badge_of(decide(viewer, thing.subject, now))


def _looking(request: HttpRequest) -> tuple[Viewer, datetime]:
    """Who looks, and when: once for all that a page shows."""
    kept: tuple[Viewer, datetime] | None = getattr(request, _KEPT, None)
    if kept is None:
        kept = viewer_of(getattr(request, "user", None)), timezone.now()
        setattr(request, _KEPT, kept)
    return kept


def badge_html(thing: Item | Collection, badge: Badge | None, *, looks: str = "") -> SafeString:
    """Without components, since pages have dozens of these."""
    if badge is None:
        return format_html('<span class="access" data-access="{}"></span>', thing.pk)
    return format_html(
        '<span class="access" data-access="{}"><span class="badge badge-soft{}"><svg class="icon" aria-hidden="true"'
        ' focusable="false"><use href="{}#{}"></use></svg><span class="access-words">{}</span></span></span>',
        thing.pk,
        " access-narrow" if looks == "icon" else "",
        asset_url("icons.svg"),
        badge.icon,
        badge.words,
    )
