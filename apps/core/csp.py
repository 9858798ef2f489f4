"""The site's content security policy, and the admin's own: unfold runs Alpine, which needs `unsafe-eval`, there alone."""

from typing import Any

from csp.constants import UNSAFE_EVAL, UNSAFE_INLINE
from csp.middleware import CSPMiddleware, PolicyParts
from django.http import HttpRequest, HttpResponseBase

ADMIN_ADDITIONS = {"script-src": [UNSAFE_EVAL], "style-src": [UNSAFE_INLINE]}

# What each reader of the API needs beyond the site's policy, on its own page alone (apps/web/views/readers.py).
READER_ADDITIONS: dict[str, dict[str, list[str]]] = {
    "docs": {},
    "redoc": {"style-src": [UNSAFE_INLINE]},
    "scalar": {"style-src": [UNSAFE_INLINE]},
    "rapidoc": {"style-src": [UNSAFE_INLINE]},
    "elements": {"style-src": [UNSAFE_INLINE]},
}


def _is_admin(request: HttpRequest) -> bool:
    match = getattr(request, "resolver_match", None)
    return bool(match and "admin" in match.app_names)


class SitePolicyMiddleware(CSPMiddleware):
    """django-csp's, with what the admin needs on top. Views may still use csp's decorators."""

    def get_policy_parts(self, request: HttpRequest, response: HttpResponseBase, report_only: bool = False) -> Any:
        parts: PolicyParts = super().get_policy_parts(request, response, report_only)
        if _is_admin(request):
            parts.update = {**ADMIN_ADDITIONS, **(parts.update or {})}
        return parts
