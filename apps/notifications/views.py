"""What somebody was told, how they want to be told, and the way out of mails."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from apps.accounts.models import User
from apps.core.errors import AppError
from apps.core.keyset import keyset_page, uuid_or_none
from apps.notifications.models import Notification
from apps.notifications.services.choose import choices_of, choose, read_unsubscribe, unsubscribe
from apps.notifications.services.read import mark_all_read, mark_read

_FILTERS = (("", "All"), ("unread", "Unread"))


def _person(request: HttpRequest) -> User:
    person = request.user
    if not isinstance(person, User):  # login_required stands before every view here
        raise Http404
    return person


@login_required
@never_cache
@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """Newest first; one query beside those of the sign-in and of the bell."""
    mine = Notification.objects.visible_to(request.user)
    state = request.GET.get("state", "")[:20]
    if state:
        mine = mine.unread() if state == "unread" else mine.none()
    shown = {"page": keyset_page(request, mine), "state": state, "filters": _FILTERS}
    return render(request, "notifications/index.html", shown)


@login_required
@never_cache
@require_GET
def bell(request: HttpRequest) -> HttpResponse:
    """The bell of the header, asked for when something came (`static/web/shell/follow.js`)."""
    return render(request, "notifications/bell.html")


@login_required
@require_POST
def go(request: HttpRequest, notification_id: UUID) -> HttpResponse:
    """Marks it and leads where it leads; one that leads nowhere, back to the list."""
    row = mark_read(person=_person(request), notification_id=notification_id)
    return redirect(row.url if _stays_here(row.url) else "notifications")


def _stays_here(url: str) -> bool:
    """A path of this site: `//elsewhere` and `/\\elsewhere` are none."""
    return url.startswith("/") and not url.startswith(("//", "/\\"))


@login_required
@require_POST
def read(request: HttpRequest, notification_id: UUID) -> HttpResponse:
    mark_read(person=_person(request), notification_id=notification_id)
    return redirect("notifications")


@login_required
@require_POST
def read_all(request: HttpRequest) -> HttpResponse:
    """Up to the newest that the page showed, so that what came meanwhile stays unread."""
    mark_all_read(person=_person(request), until=uuid_or_none(request.POST.get("until", "")))
    return redirect("notifications")


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def settings(request: HttpRequest) -> HttpResponse:
    """The kinds that can come to this person, each with two boxes: on the site, by mail."""
    person = _person(request)
    if request.method == "POST":
        for chosen in choices_of(person):
            name = chosen.kind.name
            on_site, by_mail = f"on_site:{name}" in request.POST, f"by_mail:{name}" in request.POST
            if (on_site, by_mail) != (chosen.on_site, chosen.by_mail):
                choose(person=person, kind=name, on_site=on_site, by_mail=by_mail)
        messages.success(request, "Saved.")
        return redirect("settings-notifications")
    return render(request, "notifications/settings.html", {"choices": choices_of(person)})


@csrf_exempt  # what may be done here the link itself says; mail programs post without having seen the page (RFC 8058)
@never_cache
@require_http_methods(["GET", "POST"])
def stop(request: HttpRequest, token: str) -> HttpResponse:
    """Asks before it stops a kind of mail, because links in mails are opened by programs too."""
    try:
        kind = unsubscribe(token) if request.method == "POST" else read_unsubscribe(token)[1]
    except AppError as error:
        raise Http404(error.message) from error
    shown = {"kind": kind, "done": request.method == "POST", "settings_url": reverse("settings-notifications")}
    return render(request, "notifications/stop.html", shown)
