"""Letting go of a stored file."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from apps.core.state import transition
from apps.jobs.services.submit import submit
from apps.media.enums import MOVES, AssetState
from apps.media.models import Asset
from apps.media.services.collect import KEPT
from apps.media.work import COLLECT, CollectParams

_A_LITTLE_LATER = timedelta(minutes=1)


def remove_asset(*, asset: Asset) -> bool:
    """Marks the asset removed; a job deletes its file a day later. False if it was removed already.

    Call it last in a transaction: it queues that job.
    """
    now = timezone.now()
    with transaction.atomic():
        moved = transition(
            Asset.objects.filter(pk=asset.pk),
            moves=MOVES,
            sources=[AssetState.STORED],
            target=AssetState.REMOVED,
            removed_at=now,
        )
        if moved:
            submit(
                kind=COLLECT,
                params=CollectParams(),
                run_after=now + KEPT + _A_LITTLE_LATER,
                idempotency_key=f"{COLLECT}:{asset.pk}",
            )
    return bool(moved)
