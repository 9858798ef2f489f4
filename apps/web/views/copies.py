"""What the owner of an item answers when the same bytes were there already."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from apps.catalog.access import viewer_of
from apps.catalog.models import Item
from apps.catalog.services.identify import keep_both
from apps.catalog.services.trash import trash_item
from apps.core.errors import NotAllowed
from apps.web.about import known_copy


@login_required
@require_POST
def keep(request: HttpRequest, item_id: UUID) -> HttpResponse:
    item = _visible(request, item_id)
    try:
        keep_both(item=item, viewer=viewer_of(request.user))
    except NotAllowed as error:
        raise PermissionDenied(error.message) from error
    messages.success(request, "Both stay.")
    return redirect(item.get_absolute_url())


@login_required
@require_POST
def trash(request: HttpRequest, item_id: UUID) -> HttpResponse:
    """Throws the newer one away and goes to the one that was there before."""
    item = _visible(request, item_id)
    viewer = viewer_of(request.user)
    known = known_copy(viewer, item)
    if known is None:
        raise Http404("This is not a copy of anything.")
    try:
        trash_item(item=item, viewer=viewer)
    except NotAllowed as error:
        raise PermissionDenied(error.message) from error
    messages.success(request, f"“{item.title}” is in the trash. This is the one that you had.")
    return redirect(known.get_absolute_url())


def _visible(request: HttpRequest, item_id: UUID) -> Item:
    return get_object_or_404(Item.objects.visible_to(viewer_of(request.user), timezone.now()), pk=item_id)
