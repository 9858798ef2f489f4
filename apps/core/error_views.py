"""What Django answers by itself when no view did: the API's error shape below `/api/`, pages elsewhere.

Named in config/urls.py as handler400, handler403, handler404 and handler500.
"""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views import defaults

from apps.core.api_errors import error_body


def _is_api(request: HttpRequest) -> bool:
    return request.path_info.startswith("/api/")


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    if _is_api(request):
        return JsonResponse(error_body("bad_request", "This request cannot be read."), status=400)
    return defaults.bad_request(request, exception)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    if _is_api(request):
        return JsonResponse(error_body("not_allowed", "You may not do this."), status=403)
    return defaults.permission_denied(request, exception)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    if _is_api(request):
        return JsonResponse(error_body("not_found", "There is nothing here."), status=404)
    return defaults.page_not_found(request, exception)


def server_error(request: HttpRequest) -> HttpResponse:
    if _is_api(request):
        message = "Something went wrong on our side. Staff can see it in the log."
        return JsonResponse(error_body("server_error", message), status=500)
    return defaults.server_error(request)
