"""`/metrics`, for whoever watches the site. Never public: figures tell what a site is busy with."""

import hmac

from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from apps.core import metrics, site_settings
from apps.core.addresses import is_loopback
from apps.core.site_settings import Kind, Spec

TOKEN = "metrics.token"  # noqa: S105
LOOPBACK = "metrics.loopback"
_TYPE = "text/plain; version=0.0.4; charset=utf-8"


def offer_settings() -> None:
    site_settings.register(
        Spec(
            TOKEN,
            Kind.SECRET,
            "",
            title="Token for figures",
            group="Operations",
            help="Whoever sends it as `Authorization: Bearer …` may read /metrics. Empty: nobody by a token.",
            maximum=200,
        ),
        Spec(
            LOOPBACK,
            Kind.SWITCH,
            default=True,
            title="Figures for this machine",
            group="Operations",
            help="Programs on the same machine may read /metrics without a token, unless they come through a proxy.",
        ),
    )


@never_cache
@require_safe
def figures(request: HttpRequest) -> HttpResponse:
    if not _may_read(request):
        return HttpResponse("Figures are for whoever runs this site.\n", status=403, content_type="text/plain")
    return HttpResponse(metrics.text(), content_type=_TYPE)


def _may_read(request: HttpRequest) -> bool:
    wanted = site_settings.get(TOKEN)
    kind, _, told = request.headers.get("Authorization", "").partition(" ")
    if wanted and kind.lower() == "bearer" and hmac.compare_digest(told.strip().encode(), wanted.encode()):
        return True
    return bool(site_settings.get(LOOPBACK)) and is_loopback(request)
