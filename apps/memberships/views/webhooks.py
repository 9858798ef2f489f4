"""Where Patreon and Ko-fi send their messages. Verified, kept, answered at once; a job does the rest.

The address with a key is one campaign's or account's own; without one it is that of the only one there is.
"""

import hashlib
import hmac
import logging

from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt

from apps.core import rates
from apps.memberships.elsewhere import Link, Provider
from apps.memberships.models import KofiAccount, PatreonCampaign
from apps.memberships.providers.kofi import documents as kofi_documents
from apps.memberships.services.patreon.hints import member_named
from apps.memberships.services.webhooks.receive import LARGEST_BYTES, Message, count_refused, take
from apps.memberships.sources_offered import REFUSED_WEBHOOK

_LARGEST_KOFI = 64 * 1024
_FORM = "application/x-www-form-urlencoded"
_logger = logging.getLogger(__name__)


@csrf_exempt
@never_cache
def patreon(request: HttpRequest, key: str = "") -> HttpResponse:
    if request.method != "POST":
        return _wrong_way("Patreon posts its messages here. There is nothing to look at.")
    if _too_large(request, LARGEST_BYTES):
        return _said(413, "This message is too large.")
    campaigns = PatreonCampaign.objects.exclude(link=Link.ENDED)
    found = list(campaigns.filter(webhook_key=key) if key else campaigns[:2])
    if len(found) != 1:
        return _nobody(key, "campaign", len(found))
    campaign = found[0]
    body = request.body
    if not signed_by_patreon(body, request.headers.get("X-Patreon-Signature", ""), campaign.webhook_secret):
        return _refused(request, campaign, Provider.PATREON)
    event = request.headers.get("X-Patreon-Event", "").strip()[:60] or "?"
    text = body.decode(errors="replace").replace("\0", "�")
    kept = {"X-Patreon-Event": event, "User-Agent": request.headers.get("User-Agent", "")[:200]}
    message = Message(Provider.PATREON, event, text, subject=member_named(text), headers=kept, campaign=campaign)
    return _said(200, "Thank you." if take(message) else "Thank you, this was known.")


@csrf_exempt
@never_cache
def kofi(request: HttpRequest, key: str = "") -> HttpResponse:
    if request.method != "POST":
        return _wrong_way("Ko-fi posts its messages here. There is nothing to look at.")
    if _too_large(request, _LARGEST_KOFI):
        return _said(413, "This message is too large.")
    accounts = KofiAccount.objects.filter(ended_at=None)
    found = list(accounts.filter(key=key) if key else accounts[:2])
    if len(found) != 1:
        return _nobody(key, "account", len(found))
    account = found[0]
    document = kofi_documents.read(request.POST.get("data", "")) if request.content_type == _FORM else None
    if document is None:
        return _said(400, "Ko-fi sends a form with one field, “data”, with JSON in it.")
    if not sent_by_kofi(kofi_documents.token_of(document), account):
        return _refused(request, account, Provider.KOFI)
    once = kofi_documents.message_id_of(document)
    message = Message(
        Provider.KOFI,
        kofi_documents.kind_of(document),
        kofi_documents.kept(document),
        subject=once,
        once=once,
        account=account,
    )
    return _said(200, "Thank you." if take(message) else "Thank you, this was known.")


def signed_by_patreon(body: bytes, told: str, secret: str) -> bool:
    """Hex HMAC-MD5 over the body as it came. Compared in constant time; without a secret nothing is believed."""
    if not secret:
        return False
    expected = hmac.new(secret.encode(), body, hashlib.md5).hexdigest()
    return hmac.compare_digest(expected.encode(), told.strip().lower().encode())


def sent_by_kofi(told: str, account: KofiAccount) -> bool:
    """The account's token, or the one before while it is being changed. Both are compared, whatever comes of the first."""
    known = [token.encode() for token in (account.token, account.earlier_token)]
    fits = [hmac.compare_digest(told.encode(), token) and bool(token) for token in known]
    return any(fits)


def _too_large(request: HttpRequest, most: int) -> bool:
    length = request.headers.get("Content-Length", "")
    return (int(length) if length.isdigit() else len(request.body)) > most


def _refused(request: HttpRequest, row: PatreonCampaign | KofiAccount, provider: Provider) -> HttpResponse:
    """Nothing of it is kept but that it came. Whoever goes on is not even counted."""
    rates.check(REFUSED_WEBHOOK, rates.caller_of(request))
    count_refused(row)
    _logger.warning("A message for %s (%s) was not signed by it: refused", row.pk, provider)
    return _said(403, "This message is not signed as it should be.")


def _nobody(key: str, what: str, count: int) -> HttpResponse:
    if key or not count:
        return _said(404, f"There is no such {what} here.")
    return _said(404, f"There is more than one {what} here: use the address that the studio shows for this one.")


def _wrong_way(sentence: str) -> HttpResponse:
    answer = _said(405, sentence)
    answer["Allow"] = "POST"
    return answer


def _said(status: int, sentence: str) -> HttpResponse:
    return HttpResponse(sentence + "\n", status=status, content_type="text/plain; charset=utf-8")
