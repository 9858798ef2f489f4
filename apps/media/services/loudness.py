"""Keeping what was measured of an asset's sound."""

from dataclasses import asdict
from uuid import UUID

from django.utils import timezone

from apps.media.models import Loudness
from apps.media.sound.loudness import ANALYSER, Measured


def keep_loudness(*, asset_id: UUID, measured: Measured) -> Loudness:
    """One row per asset: a later measurement replaces the earlier one."""
    found = {**asdict(measured), "analyser": ANALYSER, "measured_at": timezone.now()}
    row, _ = Loudness.objects.update_or_create(asset_id=asset_id, defaults=found)
    return row
