"""Policies for things that tests make: `make_item(owner, **access(kind="signed_in"))`."""

from datetime import datetime
from typing import Any

from apps.catalog.models import AccessPolicy, Item
from apps.catalog.services.policy import row_for

SIGNED_IN = {"kind": "signed_in"}
PUBLIC = {"kind": "public"}


def access(**spec: Any) -> dict[str, AccessPolicy]:
    """The fields of a thing with a policy of its own, as the API would be given it."""
    row = row_for(spec)
    assert row is not None
    return {"policy": row, "access": row}


def ranked(rank: int, **more: Any) -> dict[str, AccessPolicy]:
    return access(kind="rank", rank=rank, **more)


def step(at: datetime, *, rank: int | None = None, tiers: tuple[Any, ...] = ()) -> dict[str, Any]:
    return {"rank": rank, "tiers": [str(tier) for tier in tiers], "from": at}


def kind_of(item: Item) -> str:
    return str(Item.objects.select_related("access").get(pk=item.pk).access.kind)
