"""Refusals that views raise as errors for people become pages."""

from django.http import HttpRequest, HttpResponse
from django.utils.deprecation import MiddlewareMixin

from apps.core.errors import AppError
from apps.web.views.errors import error_page


class RefusalMiddleware(MiddlewareMixin):
    """A page whose service said no (`AppError`) answers with its status and its sentence; the API has its own handler."""

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, AppError) or request.path_info.startswith("/api/"):
            return None
        return error_page(request, exception.status, exception.message, getattr(exception, "retry_after_s", None))
