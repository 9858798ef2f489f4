"""Somebody's profile, and the settings page where they write it."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.accounts.models import User
from apps.accounts.permissions import can_manage_people, can_see_profile, check_see_profile
from apps.accounts.services.avatar import take_avatar_away
from apps.accounts.services.profile import edit_profile
from apps.accounts.settings_forms import ProfileForm
from apps.accounts.views.person import person_of
from apps.catalog.access import viewer_of
from apps.core import rates
from apps.core.errors import AppError, NotFound
from apps.web.catalogue import page_by, read_asked
from apps.web.forms import AvatarForm
from apps.web.services.avatar import choose_avatar

_FIELDS = ("display_name", "bio", "time_zone", "language")


@require_safe
def profile(request: HttpRequest, username: str) -> HttpResponse:
    """Who somebody is, since when, and what they publish that the viewer may know of; "Show more" gets the next cards."""
    person = User.objects.named(username[:80]).first()
    try:
        if person is None:
            raise NotFound("There is nobody here by this name.")
        check_see_profile(request.user, person)
    except NotFound as error:
        raise Http404(error.message) from error
    if username != person.username:
        return redirect(person.get_absolute_url())
    viewer, asked = viewer_of(request.user), read_asked(request.GET)
    page = page_by(person.pk, viewer, asked, timezone.now())
    if request.headers.get("HX-Target", "").endswith("#more"):
        answer = render(request, "web/browse/cards.html", {"page": page})
    else:
        shown = {"person": person, "page": page, "managed": _is_managed(request.user, person)}
        answer = render(request, "web/person/index.html", shown)
    patch_vary_headers(answer, ["Cookie", "HX-Request", "HX-Target"])
    return answer


def _is_managed(viewer: object, person: User) -> bool:
    return can_manage_people(viewer) and getattr(viewer, "pk", None) != person.pk


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def settings_profile(request: HttpRequest) -> HttpResponse:
    person = person_of(request)
    form = ProfileForm(request.POST or None, initial={name: getattr(person, name) for name in _FIELDS})
    if request.method == "POST" and form.is_valid():
        try:
            edit_profile(person=person, changes=form.cleaned_data, request=request)
        except AppError as error:
            form.refuse(error)
        else:
            messages.success(request, "Saved.")
            return redirect("settings-profile")
    return _page(request, form=form)


def _page(
    request: HttpRequest, *, form: ProfileForm | None = None, avatar_form: AvatarForm | None = None
) -> HttpResponse:
    person = person_of(request)
    shown = {
        "form": form or ProfileForm(initial={name: getattr(person, name) for name in _FIELDS}),
        "avatar_form": avatar_form or AvatarForm(),
        "shown_to_others": can_see_profile(None, person),
    }
    wrong = (form is not None and form.errors) or (avatar_form is not None and avatar_form.errors)
    return render(request, "web/settings/profile.html", shown, status=422 if wrong else 200)


@login_required
@never_cache
@require_POST
def settings_avatar(request: HttpRequest) -> HttpResponse:
    """Mistakes are told at the field (422)."""
    rates.check("avatar", rates.caller_of(request))
    form = AvatarForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            choose_avatar(person=person_of(request), content=form.cleaned_data["picture"].chunks(), request=request)
        except AppError as error:
            form.add_error("picture", error.message)
    if form.errors:
        return _page(request, avatar_form=form)
    messages.success(request, "This is your picture now.")
    return redirect("settings-profile")


@login_required
@require_POST
def settings_avatar_remove(request: HttpRequest) -> HttpResponse:
    take_avatar_away(person=person_of(request), request=request)
    messages.success(request, "Your picture is gone.")
    return redirect("settings-profile")
