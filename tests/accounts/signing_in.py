"""Walks through sign-in in Django's test client: services, letters, codes."""

import hmac
import re
import struct
import time
from base64 import b32decode
from html import unescape
from urllib.parse import urlsplit

import httpx
from django.test import Client

from apps.accounts.models import SignInProvider
from tests.stubs.identity import CLIENT_ID, CLIENT_SECRET

PASSWORD = "correct horse"


def enter(client: Client, person, **more: str):
    """By the form, so that the session knows how; asked anew where a page asks whether it is still them."""
    answer = client.post("/accounts/login/", {"login": person.username, "password": PASSWORD, **more})
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    return answer


def offer(provider: str, **fields) -> SignInProvider:
    """A service as staff configure it, with the stubs' client."""
    fields = {"client_id": CLIENT_ID, "secret": CLIENT_SECRET, **fields}
    return SignInProvider.objects.create(provider=provider, **fields)


def way_to(client: Client, provider: str, **query: str) -> str:
    """The address of the service that its button leads to."""
    page = client.post(f"/accounts/{provider}/login/", query_params=query)
    assert page.status_code == 200, page.content.decode()
    return unescape(re.search(r'http-equiv="refresh" content="0;url=([^"]+)"', page.content.decode())[1])


def way_back(address: str) -> str:
    """Where the service sends the browser to, without our host."""
    answer = httpx.get(address)
    assert answer.status_code == 302, answer.text
    parts = urlsplit(answer.headers["location"])
    return f"{parts.path}?{parts.query}"


def sign_in_with(client: Client, provider: str, **query: str):
    """The whole way there and back, as the stub's `signs_in_as`; the answer to the callback."""
    return client.get(way_back(way_to(client, provider, **query)))


def signed_in_as(client: Client) -> str | None:
    return client.session.get("_auth_user_id")


def code_in(letter) -> str:
    return re.search(r"^([0-9]{6})$", letter.body, re.MULTILINE)[1]


def totp(secret: str, at: float | None = None) -> str:
    """RFC 6238 by hand: what an authenticator app shows."""
    counter = int((time.time() if at is None else at) // 30)
    digest = hmac.digest(b32decode(secret), struct.pack(">Q", counter), "sha1")
    start = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[start : start + 4])[0] & 0x7FFFFFFF) % 1_000_000:06}"
