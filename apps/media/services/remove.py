"""Letting go of a stored file."""

from django.utils import timezone

from apps.core.state import transition
from apps.media.enums import MOVES, AssetState
from apps.media.models import Asset


def remove_asset(*, asset: Asset) -> bool:
    """Marks the asset removed; its file is deleted a day later (`collect.py`). False if it was removed already."""
    moved = transition(
        Asset.objects.filter(pk=asset.pk),
        moves=MOVES,
        sources=[AssetState.STORED],
        target=AssetState.REMOVED,
        removed_at=timezone.now(),
    )
    return bool(moved)
