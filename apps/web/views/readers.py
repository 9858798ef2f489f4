"""`/api/`, and five ways to read what the API is: each a page of its own with the policy that its script needs."""

from dataclasses import dataclass

from csp.decorators import csp_update
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_safe

from apps.core.csp import READER_ADDITIONS


@dataclass(frozen=True)
class Reader:
    """One of the readers; `script` and `style` are names in the build's manifest."""

    name: str
    title: str
    about: str
    script: str
    style: str = ""

    @property
    def module(self) -> str:
        return f"readers/{self.name}.mjs"


READERS = (
    Reader("docs", "Swagger UI", "Reads, and tries requests out.", "readers/swagger-ui.js", "readers/swagger-ui.css"),
    Reader("redoc", "Redoc", "Reads well: three columns, good for printing.", "readers/redoc.js"),
    Reader("scalar", "Scalar", "Reads, tries out, and writes the call in many languages.", "readers/scalar.js"),
    Reader("rapidoc", "RapiDoc", "Small and quick; tries out too.", "readers/rapidoc.js"),
    Reader("elements", "Stoplight Elements", "One operation a page.", "readers/elements.js", "readers/elements.css"),
)
_BY_NAME = {reader.name: reader for reader in READERS}


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """What the API is, for whoever begins: the readers, the document, how to get a token."""
    return render(request, "web/api/index.html", {"readers": READERS})


@require_safe
@ensure_csrf_cookie
def page(request: HttpRequest, name: str) -> HttpResponseBase:
    reader = _BY_NAME.get(name)
    if reader is None:
        raise Http404
    shown = csp_update(READER_ADDITIONS[name])(lambda asked: render(asked, "web/api/reader.html", {"reader": reader}))
    return shown(request)
