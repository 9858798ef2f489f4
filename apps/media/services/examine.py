"""What a stored file is."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from apps.media.ffmpeg.count import count_packets, may_jump
from apps.media.ffmpeg.facts import Probe
from apps.media.ffmpeg.probe import check_length, probe_file
from apps.media.ffmpeg.trial import check_plays
from apps.media.models import Asset
from apps.media.services.local import local_copy

_COUNT_WALL_S = 3600

Check = Callable[[], None] | None


def examine_file(path: Path, *, check: Check = None) -> Probe:
    """Probes a file and decodes a little of it; reads all of it where its header does not say how long it is.

    Raises MediaRefused.
    """
    probe = check_plays(path, probe_file(path, check=check), check=check)
    return _measured(path, probe, check) if may_jump(probe.container) or not probe.duration_ms else probe


def examine_asset(*, asset: Asset, check: Check = None) -> Probe:
    """The facts about a stored file: those that are known, else found now and kept. Raises MediaRefused."""
    if not asset.probe:
        with local_copy(asset, check=check) as path:
            asset.probe = examine_file(path, check=check).as_json()
        asset.save(update_fields=["probe", "updated_at"])
    return asset.facts


def _measured(path: Path, probe: Probe, check: Check) -> Probe:
    """The probe with what its packets say about its length. It begins where the first stream that is used begins."""
    used = [stream for stream in (probe.video, *probe.audio) if stream]
    found = count_packets(
        path, [stream.index for stream in used], container=probe.container, wall_s=_COUNT_WALL_S, check=check
    )
    start_us = min(stream.start_us for stream in used) if may_jump(probe.container) else probe.start_us
    if not found.end_us:
        return probe
    video = probe.video
    if video and (end_us := found.streams[video.index].end_us):
        video = replace(video, duration_ms=round((end_us - start_us) / 1000))
    measured = replace(
        probe,
        start_us=start_us,
        duration_ms=round((found.end_us - start_us) / 1000),
        video=video,
        jumps=found.jumps,
    )
    check_length(measured)
    return measured
