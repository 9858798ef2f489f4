"""What can be done with an item from the studio. Each asks the same checks as the API, and leads back to the page."""

from collections.abc import Callable
from functools import wraps
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from apps.catalog.access import Viewer, viewer_of
from apps.catalog.models import Item
from apps.catalog.services.choose_cover import choose_cover, reset_cover
from apps.catalog.services.demo import remove_demo
from apps.catalog.services.trash import restore_item, trash_item
from apps.core.errors import AppError, Invalid, NotAllowed
from apps.streaming.permissions import check_encode_item
from apps.streaming.services.again import encode_again
from apps.streaming.services.renew import renew_parts
from apps.streaming.services.tend import stop_publication, try_again
from apps.web.forms import CoverForm, RenewForm
from apps.web.views.studio import item_page, managed

Act = Callable[[HttpRequest, Item, Viewer], str]
View = Callable[..., HttpResponse]


def _action(act: Act) -> View:
    """A view of an act that returns the sentence to be told. What may not be done is 403, what cannot be is told."""

    @login_required
    @require_POST
    @wraps(act)
    def view(request: HttpRequest, item_id: UUID) -> HttpResponse:
        item = managed(request, item_id)
        try:
            messages.success(request, act(request, item, viewer_of(request.user)))
        except NotAllowed as error:
            raise PermissionDenied(error.message) from error
        except AppError as error:
            messages.error(request, error.message)
        return redirect("studio-item", item_id=item_id)

    return view


@_action
def retry(request: HttpRequest, item: Item, viewer: Viewer) -> str:
    check_encode_item(viewer, item)
    try_again(item=item, by=request.user)
    return "It is tried again."


@_action
def encode(_request: HttpRequest, item: Item, viewer: Viewer) -> str:
    check_encode_item(viewer, item)
    encode_again(item=item)
    return "It is encoded anew. Viewers go on with what they have meanwhile."


@_action
def renew(request: HttpRequest, item: Item, viewer: Viewer) -> str:
    check_encode_item(viewer, item)
    form = RenewForm(request.POST)
    if not form.is_valid():
        raise Invalid("There is no such part.", code="parts")
    rung, piece = form.cleaned_data["rung"], form.cleaned_data["piece"]
    renew_parts(item=item, rungs=[rung] if rung else [], chunk=piece - 1 if piece else None)
    return "This part is encoded anew. Viewers go on with what they have meanwhile."


@_action
def cancel(request: HttpRequest, item: Item, viewer: Viewer) -> str:
    check_encode_item(viewer, item)
    stop_publication(item=item, by=request.user)
    return "It is being cancelled."


@_action
def trash(_request: HttpRequest, item: Item, viewer: Viewer) -> str:
    trash_item(item=item, viewer=viewer)
    return f"“{item.title}” is in the trash. You can bring it back from there."


@_action
def restore(_request: HttpRequest, item: Item, viewer: Viewer) -> str:
    restore_item(item=item, viewer=viewer)
    return f"“{item.title}” is back."


@_action
def cover_reset(_request: HttpRequest, item: Item, viewer: Viewer) -> str:
    reset_cover(item=item, viewer=viewer)
    return "The cover will be found in the file again."


@login_required
@require_POST
def demo_remove(request: HttpRequest) -> HttpResponse:
    try:
        count = remove_demo(viewer=viewer_of(request.user))
    except NotAllowed as error:
        raise PermissionDenied(error.message) from error
    messages.success(request, f"The demo is gone: {count} items." if count else "There is no demo.")
    return redirect("studio")


@login_required
@require_POST
def cover(request: HttpRequest, item_id: UUID) -> HttpResponse:
    """Mistakes are told at the field (422)."""
    item = managed(request, item_id)
    form = CoverForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            choose_cover(item=item, viewer=viewer_of(request.user), content=form.cleaned_data["picture"].chunks())
        except NotAllowed as error:
            raise PermissionDenied(error.message) from error
        except AppError as error:
            form.add_error("picture", error.message)
    if form.errors:
        return item_page(request, item, cover_form=form, status=422)
    messages.success(request, "This is the cover now.")
    return redirect("studio-item", item_id=item_id)
