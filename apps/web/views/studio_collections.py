"""Collections in the studio: made, changed and filled. Each act asks the same services as the API."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from apps.catalog.access import Viewer, viewer_of
from apps.catalog.models import Collection, Item
from apps.catalog.permissions import can_trash_item, check_enter_studio
from apps.catalog.services.collections import (
    add_item,
    create_collection,
    edit_collection,
    items_of,
    move_item,
    remove_item,
    restore_collection,
    trash_collection,
)
from apps.core.errors import AppError, Invalid, NotAllowed
from apps.web.collections import shelf_of
from apps.web.forms import CollectionForm
from apps.web.policy_form import PolicyForm, steps_words
from apps.web.views.collections import read_uuid
from apps.web.views.studio import tell_errors

_MOST_FOUND = 12


@login_required
@never_cache
@require_GET
def listing(request: HttpRequest) -> HttpResponse:
    viewer = _entered(request)
    thrown = request.GET.get("state") == "trash"
    found = Collection.objects.managed_by(viewer).filter(trashed_at__isnull=not thrown)
    shelf = shelf_of(found, read_uuid(request.GET.get("after", "")))
    return render(request, "web/studio/collections/index.html", {"shelf": shelf, "thrown": thrown})


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def make(request: HttpRequest) -> HttpResponse:
    viewer = _entered(request)
    if request.method == "GET":
        return _form_page(request, None, CollectionForm(viewer=viewer), PolicyForm(None))
    form, policy_form = CollectionForm(request.POST, viewer=viewer), PolicyForm(None, request.POST)
    if all([form.is_valid(), policy_form.is_valid()]):
        try:
            made = create_collection(
                owner=request.user,  # type: ignore[arg-type]
                viewer=viewer,
                policy=policy_form.spec,
                **form.said(None),
            )
        except NotAllowed as error:
            raise PermissionDenied(error.message) from error
        except Invalid as error:
            tell_errors(error, form, policy_form)
        else:
            messages.success(request, f"“{made.title}” is there. Put something into it.")
            return redirect("studio-collection", collection_id=made.pk)
    return _form_page(request, None, form, policy_form, status=422)


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def change(request: HttpRequest, collection_id: UUID) -> HttpResponse:
    viewer, collection = _entered(request), _managed(request, collection_id)
    if request.method == "GET":
        return _form_page(request, collection, CollectionForm.of(collection, viewer), PolicyForm(collection))
    form = CollectionForm.of(collection, viewer, request.POST)
    policy_form = PolicyForm(collection, request.POST)
    if all([form.is_valid(), policy_form.is_valid()]):
        said = {name: value for name, value in form.said(collection).items() if name not in {"kind", "parent"}}
        try:
            edit_collection(collection=collection, viewer=viewer, policy=policy_form.spec, **said)
        except Invalid as error:
            tell_errors(error, form, policy_form)
        else:
            messages.success(request, "Saved.")
            return redirect("studio-collection", collection_id=collection.pk)
    return _form_page(request, collection, form, policy_form, status=422)


@login_required
@require_POST
def items(request: HttpRequest, collection_id: UUID) -> HttpResponse:
    """Puts an item in, takes one out, or moves one: the button that was pressed says which."""
    viewer, collection = _entered(request), _managed(request, collection_id)
    acts: dict[str, Callable[..., None]] = {"add": add_item, "remove": remove_item}
    try:
        for name, act in acts.items():
            if item_id := read_uuid(request.POST.get(name, "")):
                act(collection=collection, viewer=viewer, item_id=item_id)
        for name, by in (("up", -1), ("down", 1)):
            if item_id := read_uuid(request.POST.get(name, "")):
                move_item(collection=collection, viewer=viewer, item_id=item_id, by=by)
    except NotAllowed as error:
        raise PermissionDenied(error.message) from error
    except AppError as error:
        messages.error(request, error.message)
    return redirect("studio-collection", collection_id=collection.pk)


@login_required
@require_POST
def trash(request: HttpRequest, collection_id: UUID) -> HttpResponse:
    return _throw(request, collection_id, trash_collection, "is in the trash. Its items stay where they are.")


@login_required
@require_POST
def restore(request: HttpRequest, collection_id: UUID) -> HttpResponse:
    return _throw(request, collection_id, restore_collection, "is back.")


def _throw(request: HttpRequest, collection_id: UUID, act: Callable[..., None], told: str) -> HttpResponse:
    collection = _managed(request, collection_id)
    try:
        act(collection=collection, viewer=viewer_of(request.user))
    except NotAllowed as error:
        raise PermissionDenied(error.message) from error
    messages.success(request, f"“{collection.title}” {told}")
    return redirect("studio-collection", collection_id=collection_id)


def _entered(request: HttpRequest) -> Viewer:
    viewer = viewer_of(request.user)
    try:
        check_enter_studio(viewer)
    except NotAllowed as error:
        raise PermissionDenied(error.message) from error
    return viewer


def _managed(request: HttpRequest, collection_id: UUID) -> Collection:
    """The collection, for those who may change it; for all others there is none."""
    found = Collection.objects.managed_by(viewer_of(request.user)).select_related("owner", "access", "parent__access")
    return get_object_or_404(found, pk=collection_id)


def _form_page(
    request: HttpRequest,
    collection: Collection | None,
    form: CollectionForm,
    policy_form: PolicyForm,
    *,
    status: int = 200,
) -> HttpResponse:
    viewer = viewer_of(request.user)
    text = request.GET.get("q", "").strip()[:80]
    shown: dict[str, Any] = {"collection": collection, "form": form, "policy_form": policy_form, "text": text}
    if collection is not None:
        inside = items_of(collection, viewer, timezone.now())
        shown |= {
            "items": inside,
            "doors": steps_words(collection),
            "found": _found(collection, viewer, text, {item.pk for item in inside}) if text else [],
            "may_trash": can_trash_item(viewer, collection),
        }
    return render(request, "web/studio/collections/change.html", shown, status=status)


def _found(collection: Collection, viewer: Viewer, text: str, inside: set[UUID]) -> list[Item]:
    """What may be put in, by words of its title, the newest first."""
    items = Item.objects.managed_by(viewer) if collection.is_home else Item.objects.visible_to(viewer, timezone.now())
    rows = items.filter(trashed_at=None).titled(text).exclude(pk__in=inside).select_related("owner")
    return list(rows.defer("chapters", "tags").order_by("-id")[:_MOST_FOUND])
