"""How many requests this process answered, by route, method and status, and how long they took."""

from django.http import HttpRequest
from prometheus_client import CollectorRegistry, Counter, Histogram

registry = CollectorRegistry()
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)

_requests = Counter("bandstand_http_requests", "Requests answered.", ("route", "method", "status"), registry=registry)
_seconds = Histogram(
    "bandstand_http_request_seconds",
    "Time to the answer's first byte.",
    ("route", "method"),
    buckets=_BUCKETS,
    registry=registry,
)


def note(request: HttpRequest, status: int, seconds: float) -> None:
    """Only what the site itself made up becomes a label: never a path, never a method that somebody invented."""
    match = getattr(request, "resolver_match", None)
    route = match.route if match else "none"
    method = request.method if request.method in _METHODS else "other"
    _requests.labels(route, method, str(status)).inc()
    _seconds.labels(route, method).observe(seconds)
