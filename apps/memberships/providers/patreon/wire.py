"""One request to Patreon, and what its answer means. Paths are those of API v2; a body may be HTML at any time.

document = call("GET", "/campaigns", token, params={"include": "tiers"})
"""

import json
from collections.abc import Mapping
from typing import Any

from django.conf import settings

from apps.core import http
from apps.memberships.providers.patreon.errors import Away, BadGrant, Missing, PatreonError, Refused, Unauthorized

API = "/api/oauth2/v2"
TOKEN = "/api/oauth2/token"  # noqa: S105 - an address
_MAX_BYTES = 8 * 1024 * 1024
_USUAL_WAIT_S = 30.0


def agent() -> str:
    """Patreon refuses requests that do not say who asks."""
    return f"{settings.SITE_NAME} (+https://github.com/bandstand)"


def call(
    method: str,
    path: str,
    token: str,
    *,
    params: Mapping[str, Any] | None = None,
    body: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """The answer as a document, {} where there is none. Raises Away, Unauthorized, Missing or Refused.

    Nothing is tried again here: whoever paces the requests decides that.
    """
    headers = {"Authorization": f"Bearer {token}", "User-Agent": agent(), "Accept": "application/json"}
    content = None
    if body is not None:
        content, headers["Content-Type"] = json.dumps(body).encode(), "application/json"
    reply = _sent(method, API + path, headers=headers, params=params, content=content)
    if reply.ok:
        return _document(reply)
    raise _error_of(reply)


def exchange(form: Mapping[str, str]) -> dict[str, Any]:
    """What the token endpoint answers. Raises BadGrant for what is not good any more, Refused where Patreon does not know this
    site's app, Away for everything else.
    """
    reply = _sent("POST", TOKEN, headers={"User-Agent": agent()}, form=form)
    if reply.ok:
        return _document(reply)
    told = _told(reply)
    error = told.get("error")
    if reply.status in {400, 401} and isinstance(error, str):
        kind = Refused if error in {"invalid_client", "unauthorized_client"} else BadGrant
        raise kind(f"Patreon says {error[:80]}")
    if reply.status == 429:
        raise _error_of(reply)
    raise Away(_line(reply))


def _sent(method: str, path: str, **options: Any) -> http.Reply:
    """The address is what the operator has set, so it may be one of a private network."""
    own = settings.PATREON_URL != "https://www.patreon.com"
    url = settings.PATREON_URL + path
    try:
        return http.request(method, url, max_bytes=_MAX_BYTES, retries=0, allow_private=own, total=60, **options)
    except http.HttpError as error:
        raise Away(str(error)[:300]) from error


def _document(reply: http.Reply) -> dict[str, Any]:
    if reply.status == 204 or not reply.content:
        return {}
    told = _told(reply)
    if not told:
        raise Away(f"{reply.url.partition('?')[0]} did not answer with JSON")
    return told


def _told(reply: http.Reply) -> dict[str, Any]:
    try:
        found = reply.json()
    except http.BadReply:
        return {}
    return found if isinstance(found, dict) else {}


def _error_of(reply: http.Reply) -> PatreonError:
    if reply.status == 401:
        return Unauthorized(_line(reply))
    if reply.status == 429:
        return Away(_line(reply), wait_s=_wait_of(reply))
    told = bool(_told(reply).get("errors"))
    if reply.status in {404, 410} and told:
        return Missing(_line(reply))
    if reply.status in {400, 403, 405, 406} and told:
        return Refused(_line(reply))
    # A page of the edge, with whatever status: it says nothing of what we asked for.
    return Away(_line(reply))


def _wait_of(reply: http.Reply) -> float:
    errors = _told(reply).get("errors")
    first = errors[0] if isinstance(errors, list) and errors and isinstance(errors[0], dict) else {}
    for said in (first.get("retry_after_seconds"), reply.headers.get("Retry-After")):
        try:
            seconds = float(said)  # type: ignore[arg-type]
        except (TypeError, ValueError):
            continue
        if 0 <= seconds <= 3600:
            return seconds
    return _USUAL_WAIT_S


def _line(reply: http.Reply) -> str:
    """For staff: what was asked, what came back, and Patreon's own number of it."""
    errors = _told(reply).get("errors")
    first = errors[0] if isinstance(errors, list) and errors and isinstance(errors[0], dict) else {}
    said = str(first.get("detail") or first.get("title") or "no JSON")[:160]
    number = reply.headers.get("x-patreon-uuid", "") or reply.headers.get("cf-ray", "")
    return f"{reply.status} for {reply.url.partition('?')[0]}: {said} {number}".strip()[:300]
