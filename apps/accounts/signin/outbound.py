"""The one session that sign-in services are asked through: `requests` in shape, apps/core/http in what it allows.

allauth speaks to services by `requests`. Here its sessions send everything through our own client: public addresses alone,
no redirects, a limit for size and time. Addresses that the operator has configured may be private (a stand-in, a login
server in the same network); what such a server names besides may not, unless it lives at the same host.
"""

import io
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit

import requests  # noqa: TID251 - what allauth's providers are written against; it sends nothing by itself here
from requests.adapters import BaseAdapter  # noqa: TID251

from apps.core import http

_MOST_BYTES = 1024 * 1024
_SECONDS = 15


def origin_of(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}".lower()


class GuardedAdapter(BaseAdapter):
    """Sends by apps.core.http; its errors become those of `requests`, which allauth turns into a page."""

    def __init__(self, *, trusted: Iterable[str], timeout: float) -> None:
        super().__init__()
        self._trusted, self._timeout = frozenset(trusted), timeout

    def send(self, request: Any, **_: Any) -> requests.Response:  # type: ignore[override]
        body = request.body.encode() if isinstance(request.body, str) else request.body
        try:
            reply = http.request(
                request.method,
                request.url,
                headers={name: value for name, value in request.headers.items() if name.lower() != "content-length"},
                content=body,
                timeout=self._timeout,
                total=_SECONDS,
                max_bytes=_MOST_BYTES,
                retries=1,
                allow_private=origin_of(request.url) in self._trusted,
            )
        except http.HttpError as error:
            raise requests.ConnectionError(str(error), request=request) from error
        answer = requests.Response()
        answer.status_code, answer.url, answer.request = reply.status, reply.url, request
        answer.headers.update(dict(reply.headers))
        answer.headers.setdefault("content-type", "application/octet-stream")
        answer.encoding = "utf-8"
        answer.raw = io.BytesIO(reply.content)
        return answer

    def close(self) -> None:
        """Nothing is kept open."""


def guarded_session(*, trusted: Iterable[str], timeout: float, agent: str) -> requests.Session:
    session = requests.Session()
    session.trust_env = False
    session.max_redirects = 0
    session.headers["User-Agent"] = agent
    session.headers["Accept-Encoding"] = "identity"
    guard = GuardedAdapter(trusted=trusted, timeout=timeout)
    session.mount("https://", guard)
    session.mount("http://", guard)
    return session
