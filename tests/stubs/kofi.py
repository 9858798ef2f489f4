"""A sender in Ko-fi's place: posts payments as Ko-fi does, and tries again with the same `message_id`.

    kofi = Kofi(url, token="…")
    kofi.send(kofi.subscription(email="robin@example.org", tier_name="Backstage"))
    kofi.press_test_button("Subscription")

By hand: `manage.py stub kofi http://127.0.0.1:8000/webhooks/kofi/KEY/ --token TOKEN --type Subscription --tier Backstage`.
"""

import argparse
import http.client
import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode, urlsplit

from apps.core.models import new_id

TEST_TRANSACTION = "00000000-1111-2222-3333-444444444444"
TYPES = ("Donation", "Subscription", "Commission", "Shop Order")
TRIES = 5

Event = dict[str, Any]
Post = Callable[[str, bytes, dict[str, str]], int]


@dataclass
class Kofi:
    """`post(url, body, headers)` returns a status; the usual one goes over the network. `answers` is what came back."""

    url: str
    token: str
    post: Post = field(default_factory=lambda: _post)
    pause_s: float = 0
    answers: list[int] = field(default_factory=list)

    def donation(self, **more: Any) -> Event:
        return self._event("Donation", **more)

    def subscription(self, *, first: bool = True, tier_name: str | None = "Backstage", **more: Any) -> Event:
        said = {} if first else {"message": None}
        return self._event(
            "Subscription",
            **{
                "is_subscription_payment": True,
                "is_first_subscription_payment": first,
                "tier_name": tier_name,
                **said,
                **more,
            },
        )

    def commission(self, **more: Any) -> Event:
        return self._event("Commission", **more)

    def shop_order(self, **more: Any) -> Event:
        shipping = {
            "full_name": "Robin Sample",
            "street_address": "1 Made-up Street",
            "city": "Sampleton",
            "state_or_province": "",
            "postal_code": "00001",
            "country": "Nowhere",
            "country_code": "NW",
            "telephone": "+00 000",
        }
        items = [{"direct_link_code": "1a2b3c4d5e", "variation_name": "Blue", "quantity": 1}]
        return self._event("Shop Order", **{"shop_items": items, "shipping": shipping, **more})

    def something_new(self, **more: Any) -> Event:
        """A type of the future, with a field of the future."""
        return self._event("Auction", **{"hammer_price": "1.00", **more})

    def anonymous(self, **more: Any) -> Event:
        return self.donation(**{"from_name": "Ko-fi Supporter", "email": "", "is_public": False, **more})

    def press_test_button(self, kind: str = "Subscription") -> int:
        """The dashboard's test: the account's real token, made-up people, always the same transaction."""
        known = {
            "kofi_transaction_id": TEST_TRANSACTION,
            "from_name": "Jo Example",
            "email": "jo.example@example.com",
            "discord_username": "Jo#4105",
            "discord_userid": "012345678901234567",
        }
        if kind == "Subscription":
            return self.send(self.subscription(first=False, tier_name="Bronze", **known))
        made = {"Donation": self.donation, "Commission": self.commission, "Shop Order": self.shop_order}
        return self.send(made[kind](**known))

    def send(self, event: Event, *, token: str | None = None, tries: int = TRIES) -> int:
        """Posts until the answer is 200, as often as `tries`; returns the last status, 0 where nobody answered."""
        body, headers = self.encoded(event, token=token)
        status = 0
        for attempt in range(tries):
            status = self.post(self.url, body, headers)
            self.answers.append(status)
            if status == 200:
                break
            if attempt + 1 < tries:
                time.sleep(self.pause_s * 2**attempt)
        return status

    def encoded(self, event: Event, *, token: str | None = None) -> tuple[bytes, dict[str, str]]:
        """One form field `data` with JSON in it."""
        document = {"verification_token": self.token if token is None else token, **event}
        body = urlencode({"data": json.dumps(document)}).encode()
        return body, {"Content-Type": "application/x-www-form-urlencoded"}

    def _event(self, kind: str, **more: Any) -> Event:
        transaction = str(new_id())
        at = more.pop("at", None) or datetime.now(UTC)
        event: Event = {
            "message_id": str(new_id()),
            "timestamp": at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "type": kind,
            "is_public": True,
            "from_name": "Robin Sample",
            "message": "great tracks",
            "amount": "5.00",
            "url": f"https://ko-fi.com/Home/CoffeeShop?txid={transaction}",
            "email": "robin@example.org",
            "currency": "EUR",
            "is_subscription_payment": False,
            "is_first_subscription_payment": False,
            "kofi_transaction_id": transaction,
            "shop_items": None,
            "tier_name": None,
            "shipping": None,
            "discord_username": None,
            "discord_userid": None,
        }
        return {**event, **more}


def _post(url: str, body: bytes, headers: dict[str, str]) -> int:
    parts = urlsplit(url)
    maker = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = maker(parts.hostname or "", parts.port, timeout=10)
    try:
        connection.request("POST", parts.path, body, headers)
        return connection.getresponse().status
    except OSError:
        return 0
    finally:
        connection.close()


def main(arguments: list[str]) -> None:
    """Sends one payment and says what came back."""
    parser = argparse.ArgumentParser(prog="manage.py stub kofi", description=__doc__.partition("\n")[0])
    parser.add_argument("url", help="The site's webhook, as the studio's page of Ko-fi shows it.")
    parser.add_argument("--token", required=True, help="The verification token that was entered there.")
    parser.add_argument("--type", choices=[*TYPES, "Auction"], default="Subscription")
    parser.add_argument("--tier", default="Backstage")
    parser.add_argument("--email", default="robin@example.org")
    parser.add_argument("--amount", default="5.00")
    parser.add_argument("--renewal", action="store_true", help="Not the first payment.")
    parser.add_argument("--private", action="store_true", help="The supporter wants no publicity.")
    parser.add_argument("--test-button", action="store_true", help="What the dashboard's test button sends.")
    chosen = parser.parse_args(arguments)
    kofi = Kofi(chosen.url, chosen.token, pause_s=0.5)
    status = kofi.press_test_button(chosen.type) if chosen.test_button else kofi.send(_chosen(kofi, chosen))
    print(f"{chosen.type}: answered {status or 'by nobody'} after {len(kofi.answers)} tries.")


def _chosen(kofi: Kofi, chosen: argparse.Namespace) -> Event:
    said = {"email": chosen.email, "amount": chosen.amount, "is_public": not chosen.private}
    if chosen.type == "Subscription":
        return kofi.subscription(first=not chosen.renewal, tier_name=chosen.tier, **said)
    made = {
        "Donation": kofi.donation,
        "Commission": kofi.commission,
        "Shop Order": kofi.shop_order,
        "Auction": kofi.something_new,
    }
    return made[chosen.type](**said)
