"""Probes for whoever watches the site from outside. They say which part, never why: the why is `manage.py doctor`'s."""

import time

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from apps.core import health

_KEPT_SECONDS = 1.0
_latest: tuple[float, list[health.Finding]] = (0.0, [])


@never_cache
@require_safe
def healthz(_request: HttpRequest) -> HttpResponse:
    """Alive: this process answers. Touches nothing else."""
    return HttpResponse("ok\n", content_type="text/plain; charset=utf-8")


@never_cache
@require_safe
def readyz(_request: HttpRequest) -> JsonResponse:
    """Ready: every part is well. Asked often, it looks once a second at most."""
    global _latest  # noqa: PLW0603 - a memory of one second, for this process alone
    if time.monotonic() - _latest[0] > _KEPT_SECONDS:
        _latest = (time.monotonic(), health.examine())
    findings = _latest[1]
    ready = all(finding.well for finding in findings)
    body = {"ready": ready, "parts": {finding.name: "well" if finding.well else "unwell" for finding in findings}}
    return JsonResponse(body, status=200 if ready else 503)
