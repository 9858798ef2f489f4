"""Access tokens and app passwords. Signing in and its kin are allauth's (templates/allauth)."""

import uuid

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from apps.accounts.enums import TokenKind
from apps.accounts.impersonation import own_hands_only
from apps.accounts.models import PersonalToken
from apps.accounts.services.tokens import create_token, reveal, revoke_token
from apps.accounts.settings_forms import AccessTokenForm, AppPasswordForm, LastingForm
from apps.accounts.views.person import person_of
from apps.core.errors import AppError, NotFound


def _page(
    request: HttpRequest,
    *,
    form: LastingForm | None = None,
    app_form: LastingForm | None = None,
    secret: str = "",
    made: PersonalToken | None = None,
) -> HttpResponse:
    shown = {
        "form": form or AccessTokenForm(),
        "app_form": app_form or AppPasswordForm(prefix="app"),
        "tokens": person_of(request).tokens.order_by("-created_at"),
        "secret": secret,
        "made": made,
    }
    wrong = (form is not None and form.errors) or (app_form is not None and app_form.errors)
    return render(request, "accounts/tokens/index.html", shown, status=422 if wrong else 200)


@login_required
@never_cache
@own_hands_only
@require_http_methods(["GET", "POST"])
def tokens(request: HttpRequest) -> HttpResponse:
    """The person's tokens, and a form for one more of each kind. A new one's secret is on the answer to the POST."""
    if request.method == "GET":
        return _page(request)
    is_app = request.POST.get("kind") == TokenKind.APP_PASSWORD
    form: LastingForm = AppPasswordForm(request.POST, prefix="app") if is_app else AccessTokenForm(request.POST)
    if form.is_valid():
        try:
            row, secret = create_token(
                owner=person_of(request),
                name=form.cleaned_data["name"],
                scopes=form.cleaned_data.get("scopes"),
                kind=TokenKind.APP_PASSWORD if is_app else TokenKind.TOKEN,
                expires_at=form.expires_at(),
                request=request,
            )
            return _page(request, secret=secret, made=row)
        except AppError as error:
            form.refuse(error)
    return _page(request, app_form=form) if is_app else _page(request, form=form)


@login_required
@never_cache
@own_hands_only
@require_POST
@reauthentication_required  # type: ignore[untyped-decorator]
def show(request: HttpRequest, token_id: uuid.UUID) -> HttpResponse:
    """An app password once more, after its owner has proved to be them."""
    person = person_of(request)
    try:
        secret = reveal(owner=person, token_id=token_id, request=request)
    except NotFound as missing:
        raise Http404(str(missing)) from missing
    return _page(request, secret=secret, made=person.tokens.get(pk=token_id))


@login_required
@own_hands_only
@require_POST
def revoke(request: HttpRequest, token_id: uuid.UUID) -> HttpResponse:
    try:
        revoke_token(owner=person_of(request), token_id=token_id, request=request)
    except NotFound as missing:
        raise Http404(str(missing)) from missing
    messages.success(request, "The token is revoked. Nothing can use it any more.")
    return redirect("settings-tokens")
