"""Letting go of a stored file."""

import shutil
from functools import partial

from django.db import transaction

from apps.core.state import transition
from apps.media.enums import MOVES, AssetState
from apps.media.models import Asset


def remove_asset(*, asset: Asset) -> bool:
    """Marks the asset removed and deletes its folder once that is committed. False if it was removed already."""
    with transaction.atomic():
        moved = transition(
            Asset.objects.filter(pk=asset.pk), moves=MOVES, sources=[AssetState.STORED], target=AssetState.REMOVED
        )
        if moved:
            transaction.on_commit(partial(shutil.rmtree, asset.file.parent, ignore_errors=True))
    return bool(moved)
