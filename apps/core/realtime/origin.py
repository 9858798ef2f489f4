"""Only the site's own pages open sockets (ASVS 4.4.2).

Channels' AllowedHostsOriginValidator compares with ALLOWED_HOSTS, which is `*` on an embedded site and would let every
page of the web speak for whoever visits it. Here the origin must be the host that was asked, or a trusted origin.
"""

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any
from urllib.parse import urlsplit

from channels.security.websocket import WebsocketDenier
from django.conf import settings
from django.http.request import split_domain_port, validate_host

Application = Callable[..., Awaitable[None]]


def is_own_origin(origin: str, host: str) -> bool:
    """Whether a page of `origin` may open a socket to `host` (both as the headers give them)."""
    if origin in settings.CSRF_TRUSTED_ORIGINS:
        return True
    parts = urlsplit(origin)
    domain, _ = split_domain_port(host)
    if parts.scheme not in {"http", "https"} or not validate_host(domain, settings.ALLOWED_HOSTS):
        return False
    return bool(parts.netloc) and parts.netloc.lower() == host.lower()


def own_origin_only(application: Application) -> Application:
    """ASGI middleware for sockets: refuses the handshake (403) of other origins, and of clients that name none."""

    async def guarded(scope: MutableMapping[str, Any], receive: Any, send: Any) -> None:
        headers = {name: value.decode("latin-1") for name, value in scope["headers"] if name in {b"origin", b"host"}}
        if is_own_origin(headers.get(b"origin", ""), headers.get(b"host", "")):
            await application(scope, receive, send)
        else:
            await WebsocketDenier()(scope, receive, send)

    return guarded
