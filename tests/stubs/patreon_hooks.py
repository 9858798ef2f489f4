"""The webhooks of the stand-in for Patreon: signed as Patreon signs, counted, paused, and sent again."""

import hashlib
import hmac
import http.client
import json
import secrets
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from tests.stubs.patreon_documents import Document
from tests.stubs.patreon_world import Campaign, Patron

PAUSED_AFTER = 5


@dataclass
class Event:
    trigger: str
    body: bytes


@dataclass
class Hook:
    """One registered address. After `PAUSED_AFTER` failures in a row it is paused and keeps what it could not deliver."""

    id: str
    campaign: Campaign
    uri: str
    triggers: list[str]
    secret: str = field(default_factory=lambda: secrets.token_hex(16))
    paused: bool = False
    num_consecutive_times_failed: int = 0
    last_attempted_at: str | None = None
    waiting: list[Event] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)

    def document(self) -> dict[str, Any]:
        names = ("secret", "triggers", "uri", "paused", "last_attempted_at", "num_consecutive_times_failed")
        return {"type": "webhook", "id": self.id, "attributes": {name: getattr(self, name) for name in names}}

    def headers(self, event: Event) -> dict[str, str]:
        signature = hmac.new(self.secret.encode(), event.body, hashlib.md5).hexdigest()
        return {
            "Content-Type": "application/json",
            "X-Patreon-Event": event.trigger,
            "X-Patreon-Signature": signature,
            "User-Agent": "Patreon HTTP Robot",
        }

    def send(self, event: Event) -> int:
        """Delivers or keeps it; returns the status, 0 where nobody answered or the hook is paused."""
        if self.paused:
            self.waiting.append(event)
            return 0
        status = _post(self.uri, event.body, self.headers(event))
        self.answers.append(status)
        if 200 <= status < 300:
            self.num_consecutive_times_failed = 0
            return status
        self.waiting.append(event)
        self.num_consecutive_times_failed += 1
        self.paused = self.num_consecutive_times_failed >= PAUSED_AFTER
        return status

    def send_waiting(self) -> None:
        waiting, self.waiting = self.waiting, []
        for event in waiting:
            self.send(event)


def member_event(trigger: str, member: Patron, campaign: Campaign, *, see_emails: bool = True) -> Event:
    """What Patreon says when something happened to a member: everything about them, unasked."""
    document = Document({}, "member", see_emails=see_emails, everything=True)
    data = document.member(member, campaign)
    data["relationships"]["address"] = {"data": None}
    return Event(trigger, json.dumps(document.finished(data)).encode())


def portal_event(trigger: str = "members:pledge:create") -> Event:
    """The body of "Send test" in Patreon's portal: of the first API, without an id."""
    data = {
        "attributes": {"amount_cents": 250, "created_at": None, "declined_since": None, "pledge_amount_cents": 250},
        "id": None,
        "relationships": {"patron": {"data": None}, "reward": {"data": None}},
        "type": "pledge",
    }
    return Event(trigger, json.dumps({"data": data, "included": [{"type": "user", "id": "32187"}]}).encode())


def _post(uri: str, body: bytes, headers: dict[str, str]) -> int:
    parts = urlsplit(uri)
    maker = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = maker(parts.hostname or "", parts.port, timeout=10)
    try:
        connection.request("POST", parts.path + (f"?{parts.query}" if parts.query else ""), body, headers)
        return connection.getresponse().status
    except OSError:
        return 0
    finally:
        connection.close()
