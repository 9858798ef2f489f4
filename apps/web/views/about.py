"""What this site is made of."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from apps.web.assets import manifest


def licences(request: HttpRequest) -> HttpResponse:
    """Bandstand's own licence and those of everything that the browser is given."""
    built = manifest()
    return render(request, "web/licences/index.html", {"licences": built["licences"] if built else []})
