"""When somebody was last here, and that staff prove twice who they are."""

import time
from collections import OrderedDict
from http import HTTPStatus
from threading import Lock
from typing import Any

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.deprecation import MiddlewareMixin

from apps.accounts.impersonation import of_request
from apps.accounts.models import User
from apps.core.api_errors import error_body

_NOTED_EVERY_S = 300
_MOST_REMEMBERED = 10_000


class LastSeenMiddleware(MiddlewareMixin):
    """Keeps `last seen` of the list of sessions, at most every five minutes for each session and process.

    Staff who see the site as somebody else are not in that person's list.
    """

    def __init__(self, get_response: Any) -> None:
        super().__init__(get_response)
        self._seen: OrderedDict[str, float] = OrderedDict()
        self._lock = Lock()

    def process_response(self, request: HttpRequest, answer: HttpResponseBase) -> HttpResponseBase:
        if answer.streaming:  # lines that stay open would keep their connection to the database
            return answer
        key = request.session.session_key if request.session.accessed else None
        if key and isinstance(request.user, User) and not of_request(request)[0] and self._is_due(key):
            UserSession.objects.create_from_request(request)
        return answer

    def _is_due(self, key: str) -> bool:
        """The first sight in a process is not noted: whoever has just signed in is in the list."""
        now = time.monotonic()
        with self._lock:
            last = self._seen.setdefault(key, now)
            if now - last < _NOTED_EVERY_S:
                return False
            self._seen[key] = now
            self._seen.move_to_end(key)
            while len(self._seen) > _MOST_REMEMBERED:
                self._seen.popitem(last=False)
            return True


SENTENCE = "You operate this site, so your account needs a second factor first: set one up under Settings, Sign-in and security."
_CODE = "second_factor_needed"
_STAFF_PAGES = ("/studio/", "/jobs/all/")


class SecondFactorMiddleware(MiddlewareMixin):
    """Staff without a second factor have no powers (`User.has_flag`); here they are told, and led to where they get one."""

    def process_request(self, request: HttpRequest) -> HttpResponseBase | None:
        if request.path_info.startswith((f"/{settings.ADMIN_PATH}", *_STAFF_PAGES)) and _is_weak(request):
            messages.warning(request, SENTENCE)
            return redirect("mfa_index")
        return None

    def process_response(self, request: HttpRequest, answer: HttpResponseBase) -> HttpResponseBase:
        refused = answer.status_code == HTTPStatus.FORBIDDEN and request.path_info.startswith("/api/")
        if refused and _is_weak(request):
            return JsonResponse(error_body(_CODE, SENTENCE), status=HTTPStatus.FORBIDDEN)
        return answer


def _is_weak(request: HttpRequest) -> bool:
    person = getattr(request, "user", None) if settings.STAFF_NEED_SECOND_FACTOR else None
    return isinstance(person, User) and person.lacks_second_factor
