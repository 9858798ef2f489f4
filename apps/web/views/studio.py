"""The studio: what somebody has made, and everything about one of them."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods
from django.views.decorators.vary import vary_on_headers

from apps.accounts.services.ways_in import should_advise_second_factor
from apps.catalog.access import viewer_of
from apps.catalog.models import Item
from apps.catalog.permissions import can_remove_demo, check_enter_studio
from apps.catalog.services.edit import edit_item
from apps.core.errors import Invalid, NotAllowed
from apps.web.forms import CoverForm, ItemForm
from apps.web.policy_form import PolicyForm, steps_words
from apps.web.studio.listing import FILTERS, page_of
from apps.web.studio.sheet import sheet_of, works_of

_LIVE_PART = "section#works"


@login_required
@never_cache
@require_GET
def studio(request: HttpRequest) -> HttpResponse:
    """Four queries beside those of the sign-in, whatever the number of items."""
    viewer = viewer_of(request.user)
    try:
        check_enter_studio(viewer)
    except NotAllowed as error:
        raise PermissionDenied(error.message) from error
    asked = {"state": request.GET.get("state", "")[:20], "text": request.GET.get("q", "").strip()[:80]}
    page = page_of(viewer, **asked, before=_uuid(request.GET.get("before", "")))
    query = request.GET.copy()
    if page.next_before:
        query["before"] = str(page.next_before)
    shown = {
        "page": page,
        "asked": asked,
        "filters": FILTERS,
        "advise_second_factor": should_advise_second_factor(request.user),
        "demo": can_remove_demo(viewer) and Item.objects.filter(demo=True).exists(),
        "next_url": f"{request.path}?{query.urlencode()}" if page.next_before else "",
        "first_url": request.path if request.GET.get("before") else "",
    }
    return render(request, "web/studio/index.html", shown)


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
@vary_on_headers("HX-Request")
def studio_item(request: HttpRequest, item_id: UUID) -> HttpResponse:
    """The page; asked by its live part (htmx), that part alone. A POST saves the words."""
    item = managed(request, item_id)
    if request.method == "POST":
        return _save(request, item)
    if request.headers.get("HX-Target") == _LIVE_PART:
        return render(request, "web/studio/item/works.html", {"works": works_of(viewer_of(request.user), item)})
    return item_page(request, item)


def managed(request: HttpRequest, item_id: UUID) -> Item:
    """The item, for those who may change it; for all others there is none."""
    items = Item.objects.managed_by(viewer_of(request.user)).select_related("owner", "asset", "access", "home__access")
    return get_object_or_404(items, pk=item_id)


def item_page(
    request: HttpRequest,
    item: Item,
    *,
    form: ItemForm | None = None,
    policy_form: PolicyForm | None = None,
    cover_form: CoverForm | None = None,
    status: int = 200,
) -> HttpResponse:
    words = {
        "title": item.title,
        "published": item.published_at is not None,
        "published_at": item.published_at,
        "downloads": item.downloads,
    }
    sheet = sheet_of(viewer_of(request.user), item)
    shown: dict[str, Any] = {
        "item": item,
        "sheet": sheet,
        "works": sheet.works,
        "form": form or ItemForm(initial=words),
        "policy_form": policy_form or PolicyForm(item),
        "doors": steps_words(item),
        "cover_form": cover_form or CoverForm(),
    }
    return render(request, "web/studio/item/index.html", shown, status=status)


def _save(request: HttpRequest, item: Item) -> HttpResponse:
    form, policy_form = ItemForm(request.POST), PolicyForm(item, request.POST)
    if all([form.is_valid(), policy_form.is_valid()]):
        try:
            edit_item(item=item, viewer=viewer_of(request.user), policy=policy_form.spec, **form.changes(item))
        except Invalid as error:
            tell_errors(error, form, policy_form)
    if form.errors or policy_form.errors:
        return item_page(request, item, form=form, policy_form=policy_form, status=422)
    messages.success(request, "Saved.")
    return redirect("studio-item", item_id=item.pk)


def tell_errors(error: Invalid, form: Form, policy_form: PolicyForm) -> None:
    """What a service refused, at the field it is about."""
    for name, sentences in error.fields.items():
        if name.startswith("policy."):
            policy_form.add_error("kind", sentences)
        else:
            form.add_error(name if name in form.fields else None, sentences)


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
