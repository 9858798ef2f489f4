"""Where the site may connect to: public addresses, checked after the name was resolved and then connected to as checked.

A name that answers differently the second time (DNS rebinding) gains nothing, since nobody asks a second time: the socket
goes to the very address that was looked at, while the Host header and TLS keep the name.
"""

import socket
from collections.abc import Iterable
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Any

import httpcore
import httpx
from httpcore._backends.sync import SyncBackend

_NAT64 = IPv6Network("64:ff9b::/96")
Address = IPv4Address | IPv6Address


class Refused(Exception):
    """The address is none that the site may connect to."""


def _within(address: Address) -> list[Address]:
    """The addresses that count: an IPv6 one may stand for an IPv4 one (mapped, NAT64) or carry it along (6to4)."""
    if not isinstance(address, IPv6Address):
        return [address]
    if address.ipv4_mapped:
        return [address.ipv4_mapped]
    if address in _NAT64:
        return [IPv4Address(int(address) & 0xFFFF_FFFF)]
    return [address, address.sixtofour] if address.sixtofour else [address]


def is_public(text: str) -> bool:
    """Whether an address is on the open internet: not private, loopback, link-local (cloud metadata), multicast, …"""
    try:
        address = ip_address(text.partition("%")[0])
    except ValueError:
        return False
    return all(part.is_global and not part.is_multicast and not part.is_reserved for part in _within(address))


def resolve(host: str, port: int, *, allow_private: bool) -> list[str]:
    """The addresses of a host. If a single one is not public the whole name is refused: no good name has both."""
    try:
        answers = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise httpcore.ConnectError(f"{host} is not known") from error
    addresses = list(dict.fromkeys(str(answer[4][0]) for answer in answers))
    if not allow_private and not all(is_public(address) for address in addresses):
        raise Refused(f"{host} leads to an address inside a private network.")
    return addresses


class GuardedBackend(SyncBackend):
    """Opens httpcore's sockets, to checked addresses alone."""

    def __init__(self, *, allow_private: bool) -> None:
        self.allow_private = allow_private

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        trouble: Exception = httpcore.ConnectError(f"{host} has no address")
        for address in resolve(host, port, allow_private=self.allow_private):
            try:
                return super().connect_tcp(address, port, timeout, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                trouble = error
        raise trouble

    def connect_unix_socket(self, *_: Any, **__: Any) -> httpcore.NetworkStream:
        raise Refused("Sockets of this machine are out of reach.")


class GuardedTransport(httpx.HTTPTransport):
    """httpx's transport on guarded sockets; environment proxies are not used, since they would resolve for us."""

    def __init__(self, *, allow_private: bool) -> None:
        super().__init__(trust_env=False)
        self._pool = httpcore.ConnectionPool(
            ssl_context=_tls(), network_backend=GuardedBackend(allow_private=allow_private), max_connections=10
        )


_contexts: list[Any] = []


def _tls() -> Any:
    """One TLS context for the process: it takes 20 ms to make."""
    if not _contexts:
        _contexts.append(httpx.create_ssl_context(trust_env=False))
    return _contexts[0]
