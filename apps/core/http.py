"""Talking to other sites. Every outbound request goes through here.

    reply = http.get("https://api.example.org/v1/things", params={"page": 2})
    with http.stream("GET", url, max_bytes=limit, redirects=3) as download:
        for part in download.parts: …

Only http and https, only public addresses (`apps.core.egress`; the setting BANDSTAND_HTTP_ALLOW_PRIVATE lifts that, for
tests and closed networks), no redirects unless asked for, a limit for the size and for the whole time. Network errors and
5xx are retried with a growing pause where the method allows it. A status is no exception: look at `reply.ok`.
"""

import json as json_module
import secrets
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx
from django.conf import settings

from apps.core.egress import GuardedTransport, Refused

IDEMPOTENT = frozenset({"GET", "HEAD", "PUT", "DELETE", "OPTIONS"})
MAX_BYTES = 5 * 1024 * 1024
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_PRIVATE_HEADERS = ("authorization", "cookie", "proxy-authorization")
_PART_BYTES = 64 * 1024


class HttpError(Exception):
    """No usable answer. `permanent`: trying again later will not help. The text is for staff and logs."""

    permanent = False


class Unreachable(HttpError):
    """No connection, a broken one, or no answer in time."""


class RefusedAddress(HttpError):
    """A scheme, port or address that the site does not connect to."""

    permanent = True


class TooLarge(HttpError):
    """The answer is larger than the caller wants."""

    permanent = True


class BadReply(HttpError):
    """The answer cannot be read: no JSON, or a redirect to nowhere or in circles."""

    permanent = True


@dataclass(frozen=True)
class Reply:
    """An answer, read to its end. `url` is where it came from after redirects."""

    status: int
    headers: httpx.Headers
    content: bytes
    url: str

    @property
    def ok(self) -> bool:
        return 200 <= self.status < 300

    @property
    def text(self) -> str:
        return self.content.decode(errors="replace")

    def json(self) -> Any:
        try:
            return json_module.loads(self.content)
        except ValueError as error:
            raise BadReply(f"{self.url} did not answer with JSON") from error


@dataclass(frozen=True)
class Download:
    """An answer whose body is still to come. `parts` may raise TooLarge or Unreachable."""

    status: int
    headers: httpx.Headers
    url: str
    parts: Iterator[bytes]

    @property
    def ok(self) -> bool:
        return 200 <= self.status < 300


def check_url(url: str | httpx.URL) -> httpx.URL:
    """The URL in its parts; raises RefusedAddress unless it is http(s), has a host and an ordinary port, and no password."""
    try:
        parts = httpx.URL(url)
    except (httpx.InvalidURL, ValueError) as error:
        raise RefusedAddress("This is not an address of the web.") from error
    if parts.scheme not in {"http", "https"} or not parts.host or parts.userinfo:
        raise RefusedAddress("Only plain http and https addresses can be fetched.")
    if parts.port is not None and parts.port < 1024 and parts.port not in {80, 443}:
        raise RefusedAddress(f"Port {parts.port} is not one of the web's.")
    return parts


def _next_hop(request: httpx.Request, response: httpx.Response) -> httpx.Request:
    """The request that a redirect asks for; secrets stay with the host that they were meant for."""
    try:
        target = check_url(request.url.join(response.headers["location"]))
    except (KeyError, httpx.InvalidURL) as error:
        raise BadReply(f"{request.url} redirects to nowhere") from error
    if request.url.scheme == "https" and target.scheme != "https":
        raise RefusedAddress(f"{request.url.host} redirects to an address without encryption.")
    keep_method = response.status_code in {307, 308} or request.method in {"GET", "HEAD"}
    headers = request.headers.copy()
    headers.pop("host", None)
    if (target.scheme, target.host, target.port) != (request.url.scheme, request.url.host, request.url.port):
        for name in _PRIVATE_HEADERS:
            headers.pop(name, None)
    if keep_method:
        return httpx.Request(
            request.method, target, headers=headers, content=request.content, extensions=request.extensions
        )
    for name in ("content-length", "content-type", "transfer-encoding"):
        headers.pop(name, None)
    return httpx.Request("GET", target, headers=headers, extensions=request.extensions)


def _send(client: httpx.Client, request: httpx.Request, redirects: int) -> httpx.Response:
    """One attempt, through as many redirects as allowed; the body is not read yet."""
    while True:
        try:
            response = client.send(request, stream=True)
        except Refused as error:
            raise RefusedAddress(str(error)) from error
        except httpx.TimeoutException as error:
            raise Unreachable(f"{request.url.host} did not answer in time") from error
        except httpx.TransportError as error:
            raise Unreachable(f"{request.url.host} cannot be reached: {error}") from error
        if response.status_code not in _REDIRECTS or not redirects:
            return response
        response.close()
        redirects -= 1
        request = _next_hop(request, response)


def _parts(response: httpx.Response, max_bytes: int, deadline: float) -> Iterator[bytes]:
    if int(response.headers.get("content-length") or 0) > max_bytes:
        raise TooLarge(f"{response.url} is larger than {max_bytes} bytes")
    size = 0
    try:
        for part in response.iter_bytes(_PART_BYTES):
            size += len(part)
            if size > max_bytes:
                raise TooLarge(f"{response.url} is larger than {max_bytes} bytes")
            if time.monotonic() > deadline:
                raise Unreachable(f"{response.url.host} takes too long")
            yield part
    except httpx.TransportError as error:
        raise Unreachable(f"{response.url.host} broke off: {error}") from error
    except httpx.DecodingError as error:
        raise BadReply(f"{response.url} is not encoded as it says") from error


def _pause(attempt: int) -> None:
    time.sleep(0.3 * 2**attempt * (0.5 + secrets.randbelow(1000) / 1000))


def _send_until_it_works(
    client: httpx.Client, request: httpx.Request, *, redirects: int, retries: int
) -> httpx.Response:
    for attempt in range(retries + 1):
        is_last = attempt == retries
        try:
            response = _send(client, request, redirects)
        except Unreachable:
            if is_last:
                raise
        else:
            if response.status_code < 500 or is_last:
                return response
            response.close()
        _pause(attempt)
    raise AssertionError("unreachable: the last attempt returns or raises")


@contextmanager
def stream(
    method: str,
    url: str,
    *,
    headers: Mapping[str, str] | None = None,
    params: Mapping[str, Any] | None = None,
    json: Any = None,
    form: Mapping[str, Any] | None = None,
    content: bytes | None = None,
    timeout: float = 10,
    total: float = 60,
    max_bytes: int = MAX_BYTES,
    redirects: int = 0,
    retries: int = 2,
    allow_private: bool = False,
) -> Iterator[Download]:
    """Sends a request and hands out the body part by part.

    `timeout` bounds each connect, read and write, `total` the whole of it (seconds); `max_bytes` counts what was unpacked.
    `retries` apply up to the first byte of the answer, and not to methods that could do a thing twice.
    `allow_private` is for addresses that the operator has configured, never for what a member typed.
    """
    deadline = time.monotonic() + total
    transport = GuardedTransport(allow_private=allow_private or settings.BANDSTAND_HTTP_ALLOW_PRIVATE)
    agent = {"User-Agent": settings.SITE_NAME, "Accept-Encoding": "identity"}
    with httpx.Client(transport=transport, timeout=timeout, headers=agent, trust_env=False) as client:
        request = client.build_request(
            method, check_url(url), headers=headers, params=params, json=json, data=form, content=content
        )
        response = _send_until_it_works(
            client, request, redirects=redirects, retries=retries if method.upper() in IDEMPOTENT else 0
        )
        try:
            parts = _parts(response, max_bytes, deadline)
            yield Download(response.status_code, response.headers, str(response.url), parts)
        finally:
            response.close()


def request(method: str, url: str, **options: Any) -> Reply:
    """Sends a request and reads the whole answer; the options are those of `stream`. Raises HttpError."""
    with stream(method, url, **options) as download:
        content = b"".join(download.parts)
    return Reply(download.status, download.headers, content, download.url)


def get(url: str, **options: Any) -> Reply:
    return request("GET", url, **options)


def post(url: str, **options: Any) -> Reply:
    return request("POST", url, **options)
