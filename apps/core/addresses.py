"""Addresses: where people find the site, and where a request comes from."""

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest

from apps.core.embedded import lock

_IPV6_OF_ONE_HOUSE = 64


def site_url() -> str:
    """BANDSTAND_URL, or the address that the running supervisor serves, or the one that it would; without a slash."""
    running = lock.holder(settings.RUN_DIR / lock.FILE_NAME)
    return (settings.SITE_URL or running or f"http://127.0.0.1:{settings.BIND_PORT}").rstrip("/")


def client_address(request: HttpRequest) -> IPv4Address | IPv6Address | None:
    """Whose connection it is: behind `BANDSTAND_PROXIES` proxies, what the outermost of ours saw; else who connected.

    X-Forwarded-For is believed as far from its end as there are proxies of ours, and no further: what stands before that
    was written by whoever asked. None where nothing can be told (a unix socket, nonsense).
    """
    hops = settings.PROXIES
    told = [part.strip() for part in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")] if hops else []
    text = told[-hops] if hops and len(told) >= hops else request.META.get("REMOTE_ADDR", "")
    try:
        address = ip_address(text.split("%")[0])
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


def network_of_client(request: HttpRequest) -> str:
    """What visitors are counted by: an IPv4 address, or the /64 of an IPv6 address, which one household holds."""
    address = client_address(request)
    if isinstance(address, IPv6Address):
        return str(ip_network((address, _IPV6_OF_ONE_HOUSE), strict=False))
    return str(address or "unknown")


def is_loopback(request: HttpRequest) -> bool:
    """Whether it came from this very machine, past every proxy."""
    forwarded = {"HTTP_X_FORWARDED_FOR", "HTTP_FORWARDED", "HTTP_X_REAL_IP", "HTTP_VIA", "HTTP_X_FORWARDED_HOST"}
    address = client_address(request)
    return address is not None and address.is_loopback and forwarded.isdisjoint(request.META)
