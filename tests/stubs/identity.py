"""What the stand-ins for sign-in services share: people to choose from, an authorize page, codes that work once, PKCE.

with google.serving() as stub:
    stub.signs_in_as = stub.people["mila"]     # the authorize page answers at once; None: a page with a choice
    stub.fail("/token", 503)                   # the next answer there
    …
    assert stub.requests[-1].path == "/oauth2/v2/userinfo"
"""

import argparse
import base64
import hashlib
import html
import json
import secrets
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt

CLIENT_ID, CLIENT_SECRET = "stub-client", "stub-client-secret"
_MOST_BYTES = 1 << 20


@dataclass
class Person:
    """Somebody with an account there. `verified`: whether the service has proved the address."""

    id: str
    name: str
    email: str
    verified: bool = True


@dataclass
class Request:
    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    form: dict[str, str]


@dataclass
class Answer:
    status: int
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)


def as_json(document: Any, status: int = 200) -> Answer:
    return Answer(status, json.dumps(document).encode(), {"Content-Type": "application/json"})


@dataclass
class _Grant:
    person: Person
    redirect_uri: str
    challenge: str
    nonce: str


class IdentityStub:
    """A service with one client. Subclasses say where the doors are and what they tell about a person."""

    name = "A service"
    authorize_path = "/authorize"
    token_path = "/token"
    needs_pkce = True

    def __init__(self, port: int = 0) -> None:
        people = (
            Person("1001", "Mila Example", "mila@example.org"),
            Person("1002", "Nora New", "nora@example.net"),
            Person("1003", "Uwe Unproved", "uwe@example.net", verified=False),
        )
        self.people = {person.name.split()[0].lower(): person for person in people}
        self.signs_in_as: Person | None = None
        self.denies = False
        self.requests: list[Request] = []
        self.changes: dict[str, Any] = {}  # put over what is told about people: for answers that do not fit
        self._codes: dict[str, _Grant] = {}
        self._tokens: dict[str, Person] = {}
        self._failures: dict[str, Answer] = {}
        self.server = _Server(("127.0.0.1", port), _handler(self))
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"

    def fail(self, path: str, status: int = 503, body: bytes = b"<h1>Out of order</h1>") -> None:
        """What that path answers until `mend`."""
        self._failures[path] = Answer(status, body, {"Content-Type": "text/html"})

    def mend(self) -> None:
        self._failures.clear()
        self.changes.clear()

    def asked(self, path: str) -> list[Request]:
        return [request for request in self.requests if request.path == path]

    # What subclasses say.

    def told(self, request: Request) -> Answer:
        """Any path but authorizing and the token."""
        return Answer(404)

    def extras(self, person: Person, grant: _Grant, client_id: str) -> dict[str, Any]:
        """What the token's answer carries besides the token."""
        return {}

    # The two doors that all have.

    def answer(self, request: Request) -> Answer:
        self.requests.append(request)
        if request.path in self._failures:
            return self._failures[request.path]
        if request.path == self.authorize_path:
            return self._authorize(request)
        if request.path == self.token_path and request.method == "POST":
            return self._token(request)
        return self.told(request)

    def _authorize(self, request: Request) -> Answer:
        asked = request.query
        if asked.get("client_id") != CLIENT_ID or asked.get("response_type") != "code" or not asked.get("state"):
            return Answer(400, b"Unknown client, or a request that does not fit.")
        if self.needs_pkce and asked.get("code_challenge_method") != "S256":
            return Answer(400, b"This client must use PKCE.")
        person = self.people.get(asked.get("as", "")) or self.signs_in_as
        if self.denies or asked.get("as") == "nobody":
            return self._back(asked, error="access_denied")
        if person is None:
            return self._choice(asked)
        code = secrets.token_urlsafe(16)
        grant = _Grant(person, asked["redirect_uri"], asked.get("code_challenge", ""), asked.get("nonce", ""))
        self._codes[code] = grant
        return self._back(asked, code=code)

    def _back(self, asked: dict[str, str], **more: str) -> Answer:
        query = urlencode({**more, "state": asked["state"]})
        return Answer(302, b"", {"Location": f"{asked['redirect_uri']}?{query}"})

    def _choice(self, asked: dict[str, str]) -> Answer:
        def link(who: str, text: str) -> str:
            return f'<p><a href="?{html.escape(urlencode({**asked, "as": who}))}">{html.escape(text)}</a></p>'

        rows = "".join(link(key, f"{person.name} ({person.email})") for key, person in self.people.items())
        page = f"<!DOCTYPE html><meta charset=utf-8><title>{self.name}</title><h1>{self.name} (stand-in)</h1>"
        return Answer(200, f"{page}{rows}{link('nobody', 'Cancel')}".encode(), {"Content-Type": "text/html"})

    def _token(self, request: Request) -> Answer:
        form = request.form
        if not request.headers.get("user-agent"):
            return Answer(403, b"Say who you are.")
        if (form.get("client_id"), form.get("client_secret")) != (CLIENT_ID, CLIENT_SECRET):
            return as_json({"error": "invalid_client"}, 401)
        grant = self._codes.pop(form.get("code", ""), None)
        if grant is None or grant.redirect_uri != form.get("redirect_uri") or not self._fits(grant, form):
            return as_json({"error": "invalid_grant"}, 400)
        token = secrets.token_urlsafe(24)
        self._tokens[token] = grant.person
        extras = self.extras(grant.person, grant, form["client_id"])
        return as_json({"access_token": token, "token_type": "Bearer", "expires_in": 3600, **extras})

    def _fits(self, grant: _Grant, form: dict[str, str]) -> bool:
        if not grant.challenge:
            return not self.needs_pkce
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        return base64.urlsafe_b64encode(digest).rstrip(b"=").decode() == grant.challenge

    def person_of(self, request: Request) -> Person | None:
        """Whose token the request carries."""
        kind, _, token = request.headers.get("authorization", "").partition(" ")
        return self._tokens.get(token) if kind.lower() in {"bearer", "token"} else None


def id_token(claims: dict[str, Any], *, key: Any = "a-key-that-nobody-checks-on-this-way-in", kid: str = "") -> str:
    now = int(time.time())
    algorithm = "HS256" if isinstance(key, str) else "RS256"
    return jwt.encode({"iat": now, "exp": now + 600, **claims}, key, algorithm=algorithm, headers={"kid": kid})


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_: Any) -> None:
        """A client that gave up is what some tests are about."""


def _handler(stub: IdentityStub) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def handle_one(self) -> None:
            body = self.rfile.read(min(int(self.headers.get("content-length") or 0), _MOST_BYTES))
            parts = urlsplit(self.path)
            headers = {name.lower(): value for name, value in self.headers.items()}
            answer = stub.answer(Request(self.command, parts.path, _flat(parts.query), headers, _flat(body.decode())))
            self.send_response(answer.status)
            for name, value in {"Content-Length": str(len(answer.body)), **answer.headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(answer.body)

        do_GET = do_POST = handle_one  # noqa: N815  (the names that http.server looks for)

        def log_message(self, *_: Any) -> None:
            """Quiet."""

    return Handler


def _flat(text: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(text, keep_blank_values=True).items()}


@contextmanager
def running(stub: IdentityStub) -> Iterator[Any]:
    thread = threading.Thread(target=stub.server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield stub
    finally:
        stub.server.shutdown()
        stub.server.server_close()
        thread.join()


def by_hand(
    make: Callable[[int], IdentityStub], arguments: list[str], *, port: int, variables: Callable[[str], dict[str, str]]
) -> None:
    """Serves until interrupted; says what to set, so that the site signs in there."""
    parser = argparse.ArgumentParser(prog="manage.py stub")
    parser.add_argument("--port", type=int, default=port)
    with running(make(parser.parse_args(arguments).port)) as stub:
        lines = "\n".join(f"    {name}={value}" for name, value in variables(stub.url).items())
        print(
            f"A stand-in for {stub.name} answers at {stub.url} until Ctrl-C. Put this into .env and start the site:\n"
        )
        print(lines, flush=True)
        try:
            threading.Event().wait()
        except KeyboardInterrupt:
            print("Ended.")
