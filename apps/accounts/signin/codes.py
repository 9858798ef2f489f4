"""Signing in by a code that was sent to an address: in a browser, for supporters who have no account yet, and in apps.

The answer is the same for every address. A letter goes out only where somebody may sign in with it: to an address that
belongs to an account (services/addresses.py says when it does), or that the site knows as a supporter's. In the second case
the code makes the account: only then is it certain that the address is theirs.
"""

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.internal.decorators import login_stage_required
from allauth.account.internal.flows.login_by_code import LoginCodeVerificationProcess
from allauth.account.models import Login
from allauth.account.stages import LoginByCodeStage, LoginStage, LoginStageController
from allauth.account.views import ConfirmLoginCodeView, RequestLoginCodeView
from allauth.headless.account import views as of_apps
from allauth.headless.base.response import AuthenticationResponse, ConflictResponse
from allauth.headless.base.views import APIView
from allauth.headless.constants import Client
from allauth.headless.internal import authkit
from allauth.headless.internal.restkit.inputs import Input
from allauth.headless.internal.restkit.response import APIResponse
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.generic import View

from apps.accounts.forms import CodeForm
from apps.accounts.models import User
from apps.accounts.registry import is_known_address
from apps.accounts.services.addresses import is_free_address
from apps.accounts.services.newcomers import welcome


class LoginCode(LoginCodeVerificationProcess):  # type: ignore[misc]
    """allauth's process, which also knows people who are not here yet."""

    @classmethod
    def initiate(cls, *, request: HttpRequest, user: User | None, email: str, **_: Any) -> "LoginCode":
        login = Login(user=user, email=email)
        login.state["stages"] = {"current": LoginByCodeStage.key}
        stage = LoginByCodeStage(LoginStageController(request, login), request, login)
        stage.state.update({**cls.initial_state(user=user, email=email), "initiated_by_user": True})
        process = cls(stage=stage)
        process.send()
        process.persist()
        return process

    @classmethod
    def resume(cls, stage: LoginStage) -> "LoginCode | None":
        resumed: LoginCode | None = cls(stage=stage).abort_if_invalid()
        return resumed

    def send_by_email(self, email: str, skip_enumeration_mails: bool = False) -> None:
        if self.user is None and is_known_address(email.lower()) and is_free_address(email):
            letter = {"request": self.request, "code": self.generate_code()}
            get_adapter().send_mail("account/email/login_code", email, letter)
            self.add_sent_message({"email": email, "recipient": email})
        else:
            super().send_by_email(email, skip_enumeration_mails=skip_enumeration_mails)

    def resend(self) -> None:
        """allauth would make a code for an address that gets no letter, too."""
        self.send(skip_enumeration_mails=True)
        self.record_resend()
        self.persist()

    def finish(self, redirect_url: str | None) -> HttpResponse:
        if self.user is None:
            self._user = self.stage.login.user = welcome(email=self.state["email"])
        answer: HttpResponse = super().finish(redirect_url)
        return answer


class RequestCode(RequestLoginCodeView):  # type: ignore[misc]
    def form_valid(self, form: CodeForm) -> HttpResponse:
        LoginCode.initiate(request=self.request, user=form._user, email=form.cleaned_data["email"])  # noqa: SLF001
        return redirect(self.get_success_url())


class RequestCodeForSupporter(RequestCode):
    """The same for people who come from Ko-fi, which has no sign-in of its own: their address is what they have."""

    template_name = "account/kofi_code.html"


@method_decorator(
    login_stage_required(stage=LoginByCodeStage.key, redirect_urlname="account_request_login_code"), name="dispatch"
)
class ConfirmCode(ConfirmLoginCodeView):  # type: ignore[misc]
    @method_decorator(never_cache)
    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.stage = request._login_stage  # type: ignore[attr-defined]  # noqa: SLF001
        self._process = LoginCode.resume(self.stage)
        if self._process is None:
            messages.error(request, "That code has ended. Ask for another one.")
            return redirect("account_request_login_code")
        return View.dispatch(self, request, *args, **kwargs)


request_code = RequestCode.as_view()
request_code_for_supporter = RequestCodeForSupporter.as_view()
confirm_code = ConfirmCode.as_view()


class CodeInput(CodeForm, Input):  # type: ignore[misc]
    """The same form, filled from JSON."""


class RequestCodeOfApp(of_apps.RequestLoginCodeView):  # type: ignore[misc]
    input_class = CodeInput

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        LoginCode.initiate(request=request, user=self.input._user, email=self.input.cleaned_data["email"])  # noqa: SLF001
        return AuthenticationResponse(request)  # type: ignore[no-any-return]


def _resumed(request: HttpRequest) -> LoginCode | None:
    stage = authkit.AuthenticationStatus(request).get_pending_stage()
    return LoginCode.resume(stage) if stage and stage.key == LoginByCodeStage.key else None


class ResendCodeOfApp(of_apps.ResendLoginCodeView):  # type: ignore[misc]
    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        process = _resumed(request)
        if process is None or not process.can_resend:
            return ConflictResponse(request)  # type: ignore[no-any-return]
        process.resend()
        return APIResponse(request)  # type: ignore[no-any-return]


class ConfirmCodeOfApp(of_apps.ConfirmLoginCodeView):  # type: ignore[misc]
    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.process = _resumed(request)
        if self.process is None:
            return ConflictResponse(request)  # type: ignore[no-any-return]
        self.stage = self.process.stage
        return APIView.dispatch(self, request, *args, **kwargs)  # type: ignore[no-any-return]


request_code_of_app = RequestCodeOfApp.as_api_view(client=Client.APP)
resend_code_of_app = ResendCodeOfApp.as_api_view(client=Client.APP)
confirm_code_of_app = ConfirmCodeOfApp.as_api_view(client=Client.APP)
