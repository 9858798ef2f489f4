"""A stand-in for Patreon on loopback: sign-in by OAuth, API v2 with all its habits, and webhooks.

    with serving() as patreon:                       # settings.PATREON_URL = patreon.url
        patreon.signs_in_as = patreon.people["91234567"]   # the authorize page answers at once; None: a page with a choice
        river = patreon.member_of("91234567")
        patreon.decline(river)
        patreon.fire("members:update", river)        # to every hook that asked for it

What it insists on: a User-Agent, codes used once, refresh tokens used once, the redirect address of the authorize page, scopes,
`fields[…]` (nothing comes unasked), known includes and fields, cursors. What it can be told to do is in `Switches`.
By hand: `manage.py stub patreon` prints what to set; the page at its root moves members and fires webhooks.
"""

import argparse
import html
import json
import secrets
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from tests.stubs.patreon_documents import Document, Refused, page_of
from tests.stubs.patreon_hooks import Event, Hook, member_event, portal_event
from tests.stubs.patreon_world import (
    ACTIVE,
    DECLINED,
    DECLINED_PATRON,
    FORMER,
    PAID,
    Campaign,
    Client,
    Patron,
    Person,
    Token,
    demo_campaign,
    new_token,
)

V1_SCOPES = "users pledges-to-me my-campaign"
ALL_SCOPES = frozenset(
    {
        "identity",
        "identity[email]",
        "identity.memberships",
        "campaigns",
        "campaigns.members",
        "campaigns.members[email]",
        "w:campaigns.webhook",
        "campaigns.posts",
    }
)
CLIENT_ID, CLIENT_SECRET = "stub-client", "stub-client-secret"
_API = "/api/oauth2/v2"
_MAX_BODY = 1 << 20


@dataclass
class Switches:
    """`blank_tiers`: as on the 1st of a month. `denies`: the person refuses at the authorize page."""

    blank_tiers: bool = False
    missing_included: bool = False
    denies: bool = False
    token_life_s: float = 2_678_400
    keeps_limits: bool = False
    slow_s: float = 0


@dataclass
class _Failure:
    path: str
    left: int
    status: int
    body: bytes
    headers: dict[str, str]


@dataclass
class Request:
    method: str
    path: str
    query: dict[str, list[str]]
    headers: dict[str, str]
    body: bytes
    at: float = field(default_factory=time.monotonic)

    @property
    def form(self) -> dict[str, str]:
        return {name: values[0] for name, values in parse_qs(self.body.decode(), keep_blank_values=True).items()}

    def one(self, name: str) -> str:
        return self.query.get(name, [""])[0]


@dataclass
class Answer:
    status: int
    body: bytes
    headers: dict[str, str]


class PatreonStub:
    """One client (`CLIENT_ID`, `CLIENT_SECRET`) that belongs to the creator of `campaign`, and everybody in `people`."""

    def __init__(self, port: int = 0) -> None:
        self.campaign = demo_campaign()
        self.people: dict[str, Person] = {}
        self.campaigns = [self.campaign]
        self.client = Client(CLIENT_ID, CLIENT_SECRET, self.campaign.creator)
        self.clients = {self.client.id: self.client}
        self.tokens: list[Token] = []
        self.codes: dict[str, dict[str, str]] = {}
        self.hooks: dict[str, Hook] = {}
        self.signs_in_as: Person | None = None
        self.switches = Switches()
        self.requests: list[Request] = []
        self.lock = threading.RLock()
        self._failures: list[_Failure] = []
        self._next_hook = 1
        for person in [self.campaign.creator, *(member.person for member in self.campaign.members.values())]:
            self.people[person.id] = person
        self.server = _Quiet(("127.0.0.1", port), _handler(self))
        self.port = self.server.server_address[1]
        self.url = f"http://127.0.0.1:{self.port}"

    # What a test does to the world.

    def add_person(self, person: Person) -> Person:
        self.people[person.id] = person
        return person

    def member_of(self, person_id: str) -> Patron:
        return next(member for member in self.campaign.members.values() if member.person.id == person_id)

    def creator_token(self, *, scopes: frozenset[str] = ALL_SCOPES, life_s: float | None = None) -> Token:
        """The creator's access token of the client page; carries everything."""
        return self._issue(self.campaign.creator, self.client, scopes, life_s)

    def expire_tokens(self) -> None:
        for token in self.tokens:
            token.expires_at = 0

    def forget_tokens(self) -> None:
        """As if the person had taken back their consent: neither token works any more."""
        self.tokens.clear()

    def fail(
        self, status: int = 503, *, times: int = 1, path: str = "", body: bytes | None = None, **headers: str
    ) -> None:
        """The next answers below `path` are this status, with a page of the edge as the body unless told otherwise."""
        page = b"<!DOCTYPE html><html><head><title>503 Service Unavailable</title></head><body>cf-ray</body></html>"
        kept = {name.replace("_", "-"): value for name, value in {"Content-Type": "text/html", **headers}.items()}
        self._failures.append(_Failure(path, times, status, page if body is None else body, kept))

    def throttle(self, seconds: int = 1, *, times: int = 1, path: str = _API) -> None:
        refused = _throttled(seconds)
        body = json.dumps(refused.document).encode()
        self.fail(429, times=times, path=path, body=body, Retry_After=str(seconds), Content_Type="application/json")

    def heal(self) -> None:
        self._failures.clear()

    def decline(self, member: Patron) -> None:
        """The charge that was due today failed."""
        member.patron_status, member.last_charge_status = DECLINED_PATRON, DECLINED
        member.last_charge_date = datetime.now(UTC).replace(microsecond=0)
        member.tiers, member.currently_entitled_amount_cents = [], 0

    def cancel(self, member: Patron) -> None:
        """The pledge is deleted; what was paid for stays until the next charge would have come."""
        member.patron_status, member.will_pay_amount_cents = FORMER, 0
        member.tiers, member.currently_entitled_amount_cents = [], 0

    def pay(self, member: Patron, tier_id: str) -> None:
        tier, now = self.campaign.tiers[tier_id], datetime.now(UTC).replace(microsecond=0)
        member.patron_status, member.last_charge_status, member.tiers = ACTIVE, PAID, [tier_id]
        member.currently_entitled_amount_cents = member.will_pay_amount_cents = tier.amount_cents
        member.last_charge_date, member.next_charge_date = now, now + timedelta(days=30 * (member.pledge_cadence or 1))

    def remove(self, member: Patron) -> None:
        """Gone from the campaign altogether."""
        del self.campaign.members[member.id]

    # Webhooks.

    def fire(self, trigger: str, member: Patron) -> list[int]:
        """Tells every hook that asked for `trigger`; returns their statuses, 0 for what is kept for later."""
        event = self.event(trigger, member)
        return [hook.send(event) for hook in self.hooks.values() if trigger in hook.triggers]

    def event(self, trigger: str, member: Patron) -> Event:
        return member_event(trigger, member, self.campaign)

    def send_test(self, hook: Hook) -> int:
        return hook.send(portal_event())

    # What it answers.

    def answer(self, request: Request) -> Answer:
        with self.lock:
            self.requests.append(request)
            if self.switches.slow_s:
                time.sleep(self.switches.slow_s)
            if failure := self._due_failure(request.path):
                return Answer(failure.status, failure.body, failure.headers)
            try:
                return self._found(request)
            except Refused as refused:
                return _json(refused.status, refused.document, **refused.headers)

    def _due_failure(self, path: str) -> _Failure | None:
        for failure in self._failures:
            if failure.left and path.startswith(failure.path):
                failure.left -= 1
                return failure
        return None

    def _found(self, request: Request) -> Answer:
        if request.path == "/oauth2/authorize":
            return self._authorize(request)
        if request.path in {"/", "/do"}:
            return self._by_hand(request)
        if not request.headers.get("user-agent"):
            raise Refused(403, "Forbidden", "A User-Agent is required.")
        if request.path == "/api/oauth2/token" and request.method == "POST":
            return self._token(request)
        if request.path.startswith(_API + "/"):
            return self._api(request, request.path.removeprefix(_API + "/").strip("/").split("/"))
        raise Refused(404, "NotFound")

    def _authorize(self, request: Request) -> Answer:
        client = self.clients.get(request.one("client_id"))
        target = request.one("redirect_uri")
        if client is None or not target or (client.redirect_uris and target not in client.redirect_uris):
            return _html(400, "<h1>Mismatching redirect URI or unknown client</h1>")
        if request.one("response_type") != "code":
            return self._back(target, request, error="unsupported_response_type")
        chosen = self.people.get(request.one("as")) or self.signs_in_as
        if self.switches.denies or request.one("as") == "nobody":
            return self._back(target, request, error="access_denied")
        if chosen is None:
            return _html(200, self._choice(request))
        code = secrets.token_urlsafe(16)
        scope = request.one("scope") or V1_SCOPES
        self.codes[code] = {"person": chosen.id, "client": client.id, "redirect_uri": target, "scope": scope}
        return self._back(target, request, code=code)

    def _back(self, target: str, request: Request, **more: str) -> Answer:
        query = urlencode({**more, **({"state": request.one("state")} if request.one("state") else {})})
        return Answer(302, b"", {"Location": f"{target}{'&' if '?' in target else '?'}{query}"})

    def _choice(self, request: Request) -> str:
        given = {name: values[0] for name, values in request.query.items()}
        asked = html.escape(given.get("scope") or V1_SCOPES)
        rows = [
            f'<li><a href="?{html.escape(urlencode({**given, "as": person.id}))}">{html.escape(person.full_name)}</a></li>'
            for person in list(self.people.values())[:50]
        ]
        deny = f'<p><a href="?{html.escape(urlencode({**given, "as": "nobody"}))}">Deny</a></p>'
        return f"<h1>Patreon (stand-in)</h1><p>Allow {asked} as</p><ul>{''.join(rows)}</ul>{deny}"

    def _token(self, request: Request) -> Answer:
        form = request.form
        client = self.clients.get(form.get("client_id", ""))
        if client is None or not secrets.compare_digest(client.secret, form.get("client_secret", "")):
            return _json(401, {"error": "invalid_client"})
        if form.get("grant_type") == "authorization_code":
            return self._by_code(form, client)
        if form.get("grant_type") == "refresh_token":
            return self._by_refresh(form, client)
        return _json(400, {"error": "unsupported_grant_type"})

    def _by_code(self, form: dict[str, str], client: Client) -> Answer:
        known = self.codes.pop(form.get("code", ""), None)
        if known is None or known["client"] != client.id or known["redirect_uri"] != form.get("redirect_uri"):
            return _json(400, {"error": "invalid_grant"})
        person = self.people[known["person"]]
        return _json(200, self._pair(self._issue(person, client, frozenset(known["scope"].split()))))

    def _by_refresh(self, form: dict[str, str], client: Client) -> Answer:
        known = next((token for token in self.tokens if token.refresh == form.get("refresh_token")), None)
        if known is None or known.refresh_used or known.client is not client:
            return _json(400, {"error": "invalid_grant"})
        known.refresh_used, known.expires_at = True, 0
        return _json(200, self._pair(self._issue(known.person, client, known.scopes)))

    def _issue(self, person: Person, client: Client, scopes: frozenset[str], life_s: float | None = None) -> Token:
        token = new_token(person, client, scopes, self.switches.token_life_s if life_s is None else life_s)
        self.tokens.append(token)
        return token

    def _pair(self, token: Token) -> dict[str, Any]:
        return {
            "access_token": token.access,
            "refresh_token": token.refresh,
            "expires_in": round(token.expires_at - time.time()),
            "scope": " ".join(sorted(token.scopes)),
            "token_type": "Bearer",
        }

    def _api(self, request: Request, parts: list[str]) -> Answer:
        token = self._checked(request)
        match request.method, *parts:
            case "GET", "identity":
                return _json(200, self._identity(request, token))
            case "GET", "campaigns":
                return _json(200, self._campaigns(request, token))
            case "GET", "campaigns", key:
                document = self._document(request, token, "campaign", needs="campaigns")
                return _json(200, document.finished(document.campaign(self._own(token, key))))
            case "GET", "campaigns", key, "members":
                return _json(200, self._members(request, token, key))
            case "GET", "members", key:
                return _json(200, self._member(request, token, key))
            case _, "webhooks", *rest:
                return self._webhooks(request, token, rest)
        raise Refused(404, "NotFound")

    def _checked(self, request: Request) -> Token:
        given = request.headers.get("authorization", "").removeprefix("Bearer ")
        token = next((one for one in self.tokens if one.access == given), None)
        if token is None or token.expired:
            raise Refused(401, "Unauthorized", "The server could not verify that you are authorized.")
        if self.switches.keeps_limits:
            self._check_limits()
        return token

    def _check_limits(self) -> None:
        now = time.monotonic()
        recent = [one.at for one in self.requests if one.path.startswith(_API) and now - one.at < 60]
        if len(recent) > 100 or sum(now - at < 2 for at in recent) > 100:
            raise _throttled(max(1, round(60 - (now - recent[0]))))

    def _document(self, request: Request, token: Token, kind: str, *, needs: str) -> Document:
        if needs not in token.scopes:
            raise Refused(403, "Forbidden", f"The scope {needs} is needed.")
        return Document(request.query, kind, see_emails="campaigns.members[email]" in token.scopes)

    def _own(self, token: Token, key: str) -> Campaign:
        found = next((one for one in self.campaigns if one.id == key), None)
        if found is None:
            raise Refused(404, "NotFound")
        if found.creator is not token.person:
            raise Refused(403, "Forbidden", "This is another creator's campaign.")
        return found

    def _identity(self, request: Request, token: Token) -> dict[str, Any]:
        document = self._document(request, token, "identity", needs="identity")
        document.see_emails = True
        relations: dict[str, Any] = {}
        if any(name.startswith("memberships") for name in document.include):
            relations["memberships"] = {"data": self._memberships(document, token)}
        own = next((one for one in self.campaigns if one.creator is token.person), None)
        if "campaign" in document.include:
            relations["campaign"] = {"data": document.add(document.campaign(own)) if own else None}
        data = document.user(token.person, **relations)
        if "identity[email]" not in token.scopes:
            data["attributes"].pop("email", None)
        return document.finished(data, without_included=self.switches.missing_included)

    def _memberships(self, document: Document, token: Token) -> list[dict[str, str]]:
        """Only the one to the campaign of the client's owner, unless all were asked for."""
        told = [
            one for one in self.campaigns if "identity.memberships" in token.scopes or one.creator is token.client.owner
        ]
        return [
            document.add(document.member(member, campaign, prefix="memberships.", blank=self.switches.blank_tiers))
            for campaign in told
            for member in campaign.members.values()
            if member.person is token.person
        ]

    def _campaigns(self, request: Request, token: Token) -> dict[str, Any]:
        document = self._document(request, token, "campaign", needs="campaigns")
        own = [one for one in self.campaigns if one.creator is token.person]
        rows, meta = page_of(own, request.query, 1000, document.campaign)
        return document.finished(rows, without_included=self.switches.missing_included, meta=meta)

    def _members(self, request: Request, token: Token, key: str) -> dict[str, Any]:
        document = self._document(request, token, "member", needs="campaigns.members")
        campaign = self._own(token, key)
        most = 500 if "pledge_history" in document.include else 1000
        blank = self.switches.blank_tiers
        rows, meta = page_of(
            list(campaign.members.values()),
            request.query,
            most,
            lambda one: document.member(one, campaign, blank=blank),
        )
        return document.finished(rows, without_included=self.switches.missing_included, meta=meta)

    def _member(self, request: Request, token: Token, key: str) -> dict[str, Any]:
        document = self._document(request, token, "member", needs="campaigns.members")
        for campaign in self.campaigns:
            if campaign.creator is token.person and key in campaign.members:
                blank = self.switches.blank_tiers
                data = document.member(campaign.members[key], campaign, blank=blank)
                return document.finished(data, without_included=self.switches.missing_included)
        raise Refused(404, "NotFound", "Member with id was not found.")

    def _webhooks(self, request: Request, token: Token, rest: list[str]) -> Answer:
        if "w:campaigns.webhook" not in token.scopes:
            raise Refused(403, "Forbidden", "The scope w:campaigns.webhook is needed.")
        if request.method == "GET" and not rest:
            mine = [hook.document() for hook in self.hooks.values() if hook.campaign.creator is token.person]
            return _json(200, {"data": mine, "meta": {"pagination": {"total": len(mine)}}})
        if request.method == "POST" and not rest:
            return self._new_hook(request, token)
        hook = self.hooks.get(rest[0] if rest else "")
        if hook is None or hook.campaign.creator is not token.person:
            raise Refused(404, "NotFound")
        if request.method == "DELETE":
            del self.hooks[hook.id]
            return Answer(204, b"", {})
        if request.method == "PATCH":
            return self._changed_hook(request, hook)
        raise Refused(405, "MethodNotAllowed")

    def _new_hook(self, request: Request, token: Token) -> Answer:
        data = _parsed(request.body)["data"]
        campaign = self._own(token, data["relationships"]["campaign"]["data"]["id"])
        asked = data["attributes"]
        hook = Hook(str(self._next_hook), campaign, asked["uri"], list(asked["triggers"]))
        self._next_hook += 1
        self.hooks[hook.id] = hook
        return _json(201, {"data": hook.document()})

    def _changed_hook(self, request: Request, hook: Hook) -> Answer:
        for name, value in _parsed(request.body)["data"]["attributes"].items():
            if name not in {"triggers", "uri", "paused"}:
                raise Refused(400, "ParameterInvalid", source={"parameter": name})
            setattr(hook, name, value)
        if not hook.paused and hook.waiting:
            hook.num_consecutive_times_failed = 0
            # Not before this answer is out: whoever asked may be the one who receives them.
            threading.Thread(target=hook.send_waiting, daemon=True).start()
        return _json(200, {"data": hook.document()})

    # By hand.

    def _by_hand(self, request: Request) -> Answer:
        if request.path == "/do":
            self._do(request)
            return Answer(303, b"", {"Location": "/"})
        verbs = ("pay", "decline", "cancel", "remove", "members:update", "members:pledge:delete")
        rows = []
        for member in list(self.campaign.members.values())[:50]:
            links = " ".join(f'<a href="/do?verb={verb}&member={member.id}">{verb}</a>' for verb in verbs)
            name = html.escape(member.person.full_name)
            rows.append(f"<tr><td>{name}<td>{member.patron_status}<td>{', '.join(member.tiers)}<td>{links}</tr>")
        hooks = "".join(
            f"<li>{html.escape(hook.uri)} {'paused' if hook.paused else ''} {hook.answers[-5:]}</li>"
            for hook in self.hooks.values()
        )
        page = f"<h1>Patreon (stand-in)</h1><table>{''.join(rows)}</table><h2>Webhooks</h2><ul>{hooks}</ul>"
        return _html(200, page)

    def _do(self, request: Request) -> None:
        member = self.campaign.members.get(request.one("member"))
        if member is None:
            return
        verb = request.one("verb")
        if verb == "pay":
            self.pay(member, next(key for key, tier in self.campaign.tiers.items() if tier.amount_cents))
        elif verb in {"decline", "cancel", "remove"}:
            {"decline": self.decline, "cancel": self.cancel, "remove": self.remove}[verb](member)
        else:
            threading.Thread(target=self.fire, args=(verb, member), daemon=True).start()


class _Quiet(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def handle_error(self, *_: Any) -> None:
        """A client that gave up is what some tests are about."""


def _throttled(seconds: int) -> Refused:
    refused = Refused(429, "RequestThrottled", "Request throttled", code=None, retry_after_seconds=seconds)
    refused.headers["Retry-After"] = str(seconds)
    return refused


def _parsed(body: bytes) -> Any:
    try:
        return json.loads(body)
    except ValueError as error:
        raise Refused(400, "BadRequest", "This is no JSON.") from error


def _json(status: int, document: Any, **headers: str) -> Answer:
    usual = {"Content-Type": "application/vnd.api+json", "x-patreon-uuid": secrets.token_hex(8)}
    return Answer(status, json.dumps(document).encode(), {**usual, **headers})


def _html(status: int, page: str) -> Answer:
    return Answer(status, f"<!DOCTYPE html><meta charset=utf-8>{page}".encode(), {"Content-Type": "text/html"})


def _handler(stub: PatreonStub) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def handle_one(self) -> None:
            length = min(int(self.headers.get("content-length") or 0), _MAX_BODY)
            parts = urlsplit(self.path)
            headers = {name.lower(): value for name, value in self.headers.items()}
            query = parse_qs(parts.query, keep_blank_values=True)
            answer = stub.answer(Request(self.command, parts.path, query, headers, self.rfile.read(length)))
            self.send_response(answer.status)
            for name, value in {"Content-Length": str(len(answer.body)), **answer.headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(answer.body)

        do_GET = do_POST = do_PATCH = do_DELETE = handle_one  # noqa: N815  (the names that http.server looks for)

        def log_message(self, *_: Any) -> None:
            """Quiet."""

    return Handler


@contextmanager
def serving(port: int = 0) -> Iterator[PatreonStub]:
    stub = PatreonStub(port)
    thread = threading.Thread(target=stub.server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield stub
    finally:
        stub.server.shutdown()
        stub.server.server_close()
        thread.join()


def main(arguments: list[str], wait: Callable[[], object] | None = None) -> None:
    """Serves until interrupted; `wait` is what it does meanwhile."""
    parser = argparse.ArgumentParser(prog="manage.py stub patreon", description=__doc__.partition("\n")[0])
    parser.add_argument("--port", type=int, default=8451)
    parser.add_argument("--members", type=int, default=0, help="How many more members there are.")
    chosen = parser.parse_args(arguments)
    with serving(chosen.port) as stub:
        list(stub.campaign.add_crowd(chosen.members, stub.campaign.tiers["4400123"]))
        token = stub.creator_token()
        print(f"""A stand-in for Patreon answers at {stub.url} until Ctrl-C. Start the site with

    BANDSTAND_PATREON_URL={stub.url}
    BANDSTAND_PATREON_CLIENT_ID={CLIENT_ID}
    BANDSTAND_PATREON_CLIENT_SECRET={CLIENT_SECRET}

Sign in as anybody of its people, or connect campaign {stub.campaign.id} in the studio as {stub.campaign.creator.full_name},
or with these tokens: access {token.access}, refresh {token.refresh}.
Move members and fire webhooks at {stub.url}/""")
        try:
            (wait or threading.Event().wait)()
        except KeyboardInterrupt:
            print("Ended.")
