"""Settings pages of a person's own account. Signing in and its kin are allauth's (templates/allauth)."""

import uuid

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from apps.accounts.forms import TokenForm
from apps.accounts.models import User
from apps.accounts.services.tokens import create_token, revoke_token
from apps.core.errors import NotFound


def _person(request: HttpRequest) -> User:
    person = request.user
    if not isinstance(person, User):  # login_required stands before every view here
        raise Http404
    return person


def _page(request: HttpRequest, form: TokenForm, *, secret: str = "", status: int = 200) -> HttpResponse:
    tokens = _person(request).tokens.order_by("-created_at")
    shown = {"form": form, "tokens": tokens, "secret": secret}
    return render(request, "accounts/tokens/index.html", shown, status=status)


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def tokens(request: HttpRequest) -> HttpResponse:
    """The person's tokens, and a form for one more. A new token's secret is on the answer to the POST, and nowhere else."""
    if request.method == "GET":
        return _page(request, TokenForm())
    form = TokenForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=422)
    _, secret = create_token(owner=_person(request), name=form.cleaned_data["name"], scopes=form.cleaned_data["scopes"])
    return _page(request, TokenForm(), secret=secret)


@login_required
@require_POST
def revoke(request: HttpRequest, token_id: uuid.UUID) -> HttpResponse:
    try:
        revoke_token(owner=_person(request), token_id=token_id)
    except NotFound as missing:
        raise Http404(str(missing)) from missing
    messages.success(request, "The token is revoked. Nothing can use it any more.")
    return redirect("settings-tokens")
