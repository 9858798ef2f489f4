"""What a stored file is."""

from collections.abc import Callable
from pathlib import Path

from apps.media.ffmpeg.facts import Probe
from apps.media.ffmpeg.probe import probe_file
from apps.media.ffmpeg.trial import check_plays
from apps.media.models import Asset


def examine_file(path: Path, *, check: Callable[[], None] | None = None) -> Probe:
    """Probes a file and decodes a little of it. Raises MediaRefused."""
    return check_plays(path, probe_file(path, check=check), check=check)


def examine_asset(*, asset: Asset, check: Callable[[], None] | None = None) -> Probe:
    """The facts about a stored file: those that are known, else found now and kept. Raises MediaRefused."""
    if not asset.probe:
        asset.probe = examine_file(asset.file, check=check).as_json()
        asset.save(update_fields=["probe", "updated_at"])
    return asset.facts
