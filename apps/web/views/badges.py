"""The badges of some items anew, for a page whose viewer may play more or less than when it was made."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.html import format_html_join
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from apps.catalog.access import viewer_of
from apps.catalog.models import Item
from apps.web.badges import badge_for, badge_html

_MOST = 200


@require_safe
@never_cache
def badges(request: HttpRequest) -> HttpResponse:
    """Of those of the items asked for that the viewer may know of; at most two hundred. One query, and the sign-in's."""
    ids = {found for text in request.GET.getlist("item")[:_MOST] if (found := _uuid(text))}
    items = Item.objects.visible_to(viewer_of(request.user), timezone.now()).filter(pk__in=ids).select_related("access")
    shown = [(badge_html(item, badge_for(request, item)),) for item in items.defer("chapters", "tags")]
    return HttpResponse(format_html_join("", "{}", shown))


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
