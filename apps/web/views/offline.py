"""What a browser shows without a connection: a page that a small worker keeps, with what that page needs, and nothing else."""

from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from apps.web.release import release


@require_safe
@never_cache
def offline(request: HttpRequest) -> HttpResponse:
    """The same for everyone, since it is kept: its header offers neither an account nor a sign-in."""
    request.user = None  # type: ignore[assignment]
    return render(request, "web/offline/index.html", {"unknown_person": True})


@require_safe
@never_cache
def worker(_request: HttpRequest) -> HttpResponse:
    """The worker of the whole site. It lies beside the pages, because a worker only sees what lies below its address.

    The release is part of it, so that browsers fetch the page anew after a deploy.
    """
    source = Path(settings.PROJECT_DIR, "static", "web", "offline-worker.js").read_text(encoding="utf-8")
    return HttpResponse(f'const RELEASE = "{release()}";\n{source}', content_type="text/javascript; charset=utf-8")
