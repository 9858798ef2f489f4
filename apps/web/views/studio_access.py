"""Why somebody can play an item, or cannot: for whoever manages members."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from apps.catalog.access import decide, viewer_of
from apps.catalog.permissions import can_ask_for_others
from apps.catalog.services.people import find_person
from apps.catalog.words import why
from apps.core.errors import NotFound
from apps.web.lock import lock_of
from apps.web.policy_form import steps_words
from apps.web.views.studio import managed


@login_required
@never_cache
@require_safe
def why_item(request: HttpRequest, item_id: UUID) -> HttpResponse:
    """The decision for the person named in the address, explained; for a visitor, where nobody is named."""
    if not can_ask_for_others(viewer_of(request.user)):
        raise PermissionDenied("Only those who manage members may ask for somebody else.")
    item, now = managed(request, item_id), timezone.now()
    name, trouble, person = request.GET.get("person", "").strip()[:254], "", None
    if name:
        try:
            person = find_person(name)
        except NotFound as error:
            trouble = error.message
    viewer = viewer_of(person)
    decision = decide(viewer, item.subject, now)
    shown = {
        "item": item,
        "name": name,
        "person": person,
        "trouble": trouble,
        "decision": decision,
        "lock": None if decision.allowed or not decision.visible else lock_of(viewer, decision, now),
        "lines": why(viewer, item.subject, decision, now),
        "doors": steps_words(item),
    }
    return render(request, "web/studio/why/index.html", shown)
