"""What all services share: no answer is trusted to be well-formed, and whoever writes a link adds no scopes."""

from typing import Any

import requests  # noqa: TID251 - its errors; see ../outbound.py
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.helpers import render_authentication_error
from allauth.socialaccount.models import SocialApp, SocialLogin, SocialToken
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.provider import OAuth2Provider
from allauth.socialaccount.providers.oauth2.views import OAuth2Adapter, OAuth2CallbackView, OAuth2LoginView
from django.core.exceptions import ImproperlyConfigured
from django.http import Http404, HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render

# What reading an answer raises that is not what the protocol says.
MALFORMED = (KeyError, IndexError, TypeError, ValueError, AttributeError, ImproperlyConfigured)


class CarefulAdapter(OAuth2Adapter):  # type: ignore[misc]
    """An answer that does not fit becomes OAuth2Error, and so the page that says that signing in there failed."""

    def prepare(self) -> None:
        """Looks up where the service's doors are, if that has to be asked. May raise what reading raises."""

    def get_access_token_data(self, request: HttpRequest, app: SocialApp, client: Any, **options: Any) -> Any:
        try:
            return super().get_access_token_data(request, app, client, **options)
        except MALFORMED as error:
            raise OAuth2Error("The service's answer with the token does not fit.") from error

    def parse_token(self, data: Any) -> SocialToken:
        try:
            return super().parse_token(data)
        except MALFORMED as error:
            raise OAuth2Error("The service's token does not fit.") from error

    def complete_login(self, request: HttpRequest, app: SocialApp, token: SocialToken, **options: Any) -> SocialLogin:
        try:
            return self.read_person(request, app, token, **options)
        except MALFORMED as error:
            raise OAuth2Error("The service's answer about the person does not fit.") from error

    def read_person(self, request: HttpRequest, app: SocialApp, token: SocialToken, **options: Any) -> SocialLogin:
        """Who it is. May raise what reading raises."""
        return super().complete_login(request, app, token, **options)

    def ask(self, url: str, token: SocialToken) -> Any:
        """A JSON answer of the service's API; raises OAuth2Error for any other."""
        with get_adapter().get_requests_session() as session:
            reply = session.get(url, headers={"Authorization": f"Bearer {token.token}", "Accept": "application/json"})
        if reply.status_code != 200:
            raise OAuth2Error(f"The service answered {reply.status_code}.")
        return reply.json()


class FixedProvider(OAuth2Provider):  # type: ignore[misc]
    """allauth lets whoever writes the link add scopes and parameters; here the site alone says what it asks for."""

    def get_scope_from_request(self, request: HttpRequest) -> list[str]:
        return list(self.get_scope())

    def get_auth_params_from_request(self, request: HttpRequest, action: str) -> dict[str, str]:
        return dict(self.get_auth_params())


def leave_for(request: HttpRequest, answer: HttpResponseBase, name: str) -> HttpResponseBase:
    """The way out as a page instead of a redirect: a form of ours may lead to our own site alone (`form-action`)."""
    if not isinstance(answer, HttpResponseRedirect) or not answer.url.startswith(("https://", "http://")):
        return answer
    page = render(request, "socialaccount/leaving.html", {"address": answer.url, "name": name})
    page["Cache-Control"] = "no-store"
    return page


def login_view(adapter: Any) -> Any:
    """The way to a service: a page that asks (GET), and the way there (POST)."""

    class Leaving(OAuth2LoginView):  # type: ignore[misc]
        def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            provider = provider_or_404(self.adapter)
            if request.method == "POST" and (refusal := unprepared(self.adapter, request, provider)):
                return refusal
            answer: HttpResponseBase = super().dispatch(request, *args, **kwargs)
            return leave_for(request, answer, provider.app.name)

    return Leaving.adapter_view(adapter)


def callback_view(adapter: Any) -> Any:
    """The way back."""

    class Returning(OAuth2CallbackView):  # type: ignore[misc]
        def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if refusal := unprepared(self.adapter, request, provider_or_404(self.adapter)):
                return refusal
            answer: HttpResponseBase = super().dispatch(request, *args, **kwargs)
            return answer

    return Returning.adapter_view(adapter)


def provider_or_404(adapter: Any) -> Any:
    """The service, if it is configured; else its addresses are not there."""
    try:
        return adapter.get_provider()
    except SocialApp.DoesNotExist as missing:
        raise Http404 from missing


def unprepared(adapter: CarefulAdapter, request: HttpRequest, provider: Any) -> HttpResponseBase | None:
    """The page that says so, if the service cannot even be asked where its doors are."""
    try:
        adapter.prepare()
    except (requests.RequestException, *MALFORMED) as error:
        return failed(request, provider, error)
    return None


def failed(request: HttpRequest, provider: Any, error: Exception) -> HttpResponseBase:
    try:
        answer: HttpResponseBase = render_authentication_error(request, provider, exception=error)
    except ImmediateHttpResponse as instead:
        return instead.response  # type: ignore[no-any-return]
    return answer
