"""One of everything that the API can be asked about, and the operations of the document by name."""

from collections.abc import Callable
from typing import Any

from django.utils import timezone

from apps.accounts.enums import Role
from apps.catalog.models import Collection
from apps.core.api_document import document
from apps.jobs.models import Job
from apps.memberships.models import KofiAccount, KofiSupporter, PatreonCampaign, WebhookDelivery
from apps.memberships.services.gifts import make_gift
from apps.streaming.models import EncoderTest
from tests.conftest import make_person
from tests.memberships.making import make_grant, make_tier
from tests.streaming.making import make_stream

OPERATIONS = {
    operation["operationId"]: (method, path, operation)
    for path, methods in document()["paths"].items()
    for method, operation in methods.items()
    if "operationId" in operation
}
NOT_THERE = "01a1fa92-4c1d-772a-9648-450859e81660"


def things(owner) -> Callable[[str], dict[str, Any]]:
    """Makes them for `owner`; tells what to put into the braces of a path."""
    item = make_stream(owner).item
    test = EncoderTest.objects.create(host="a", encoder="libx264", works=True, tested_at=timezone.now())
    job = Job.objects.create(kind="tests.none", queue="default", owner=owner)
    tier = make_tier("Gold", trial_days=7)
    grant = make_grant(owner, tier)
    gift, _ = make_gift(tier=tier, days=30, by=make_person("giver", Role.TEAM))
    album = Collection.objects.create(owner=owner, kind="album", title="A", slug="a", published_at=timezone.now())
    named = {"item_id": item.pk, "token_id": NOT_THERE, "upload_id": NOT_THERE}
    kinds = {"items": item.pk, "jobs": job.pk, "encoders": test.pk, "tiers": tier.pk, "grants": grant.pk}
    kinds |= {"gifts": gift.pk, "people": owner.pk, "collections": album.pk}
    campaign = PatreonCampaign.objects.create(campaign_id="700001", owner=owner, name="demo")
    account = KofiAccount.objects.create(owner=owner, name="page", token="secret")
    supporter = KofiSupporter.objects.create(account=account, email="robin@example.org")
    said = {"provider": "patreon", "event": "members:update", "digest": "0", "once": "0", "body": "{}"}
    delivery = WebhookDelivery.objects.create(campaign=campaign, state="done", received_at=timezone.now(), **said)
    kinds |= {"campaigns": campaign.pk, "webhook-deliveries": delivery.pk, "supporters": supporter.pk}

    def of(path: str) -> dict[str, Any]:
        kind = path.removeprefix("/api/v1/").partition("/")[0]
        known = {**named, "id": kinds.get(kind, NOT_THERE)}
        return {name: value for name, value in known.items() if f"{{{name}}}" in path}

    return of
