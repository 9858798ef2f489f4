"""What becomes of what somebody made when their account is deleted: it goes to the trash and belongs to nobody."""

from functools import partial
from typing import Any

from django.db import transaction
from django.utils import timezone

from apps.catalog.models import Item
from apps.catalog.services.trash import cancel_work


def person_leaves(*, person: Any, **_: Any) -> None:
    """Receiver of `apps.accounts.signals.person_leaving`, inside its transaction. Staff may bring items back; otherwise they
    go with their files when their time in the trash is over. What was there already stays as long as it was to.
    """
    now = timezone.now()
    mine = Item.objects.filter(owner=person)
    thrown = list(mine.filter(trashed_at=None).only("pk"))
    Item.objects.filter(duplicate_of__in=mine).update(duplicate_of=None, updated_at=now)
    mine.filter(trashed_at=None).update(trashed_at=now, updated_at=now)
    mine.update(owner=None)
    for item in thrown:
        transaction.on_commit(partial(cancel_work, item))
