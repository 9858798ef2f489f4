"""Can the source's own packets be the top rung? Only if they lie on our grid, which few do."""

import logging
from collections.abc import Callable
from pathlib import Path

from apps.media.errors import ProgramError
from apps.media.ffmpeg.facts import Probe
from apps.media.ffmpeg.packets import Packet, read_header, read_packets
from apps.media.models import Asset
from apps.media.mp4 import nal
from apps.media.mp4.boxes import Malformed
from apps.media.mp4.movie import descriptions, read_moov
from apps.media.services.local import local_copy
from apps.streaming.conf import StreamingSettings, streaming
from apps.streaming.fitting import Grid, Packets, Unfit, check_probe, grid_of
from apps.streaming.ladder import make_rungs
from apps.streaming.planning import segment_frames

_FIRST_S = 20
_WALL_S = 1800
_logger = logging.getLogger(__name__)

Check = Callable[[], None] | None


def fits_grid(*, asset: Asset, check: Check = None) -> bool:
    """Whether a stream copy gives segments like those of the other rungs.

    What the header says is asked first, then the first seconds; only for a source that passes all packets are read.
    """
    chosen = streaming()
    probe = asset.facts
    if not chosen.stream_copy or probe.video is None:
        return False
    try:
        with local_copy(asset, check=check) as path:
            grid = _grid(path, probe, chosen, check)
            if probe.duration_ms > _FIRST_S * 1000:
                _read(path, probe.video.index, grid, first_s=_FIRST_S, check=check)
            _read(path, probe.video.index, grid, first_s=None, check=check)
    except Unfit as error:
        _logger.info("Asset %s is encoded on all rungs: %s", asset.pk, error)
        return False
    except (ProgramError, Malformed) as error:
        _logger.warning("Asset %s is encoded on all rungs: its packets could not be read (%s)", asset.pk, error)
        return False
    return True


def _grid(path: Path, probe: Probe, chosen: StreamingSettings, check: Check) -> Grid:
    if probe.video is None:
        raise Unfit("no pictures")
    top = make_rungs(probe.video.width, probe.video.height, chosen.ladder)[0]
    video = check_probe(probe, top)
    header = read_header(path, video.index, check=check)
    if descriptions(read_moov(path), int(str(header.get("id", "0")), 0)) != 1:
        raise Unfit("parameters that change on the way")
    return grid_of(header, probe, video, segment_frames(video.rate, chosen), top)


def _read(path: Path, index: int, grid: Grid, *, first_s: int | None, check: Check) -> None:
    with path.open("rb") as file:

        def kinds_of(packet: Packet) -> list[int]:
            return list(nal.kinds(file.fileno(), packet.at, packet.size, grid.length_size))

        packets = Packets(grid, kinds_of)
        read_packets(path, index, packets.take, wall_s=_WALL_S, first_s=first_s, check=check)
    if not packets.seen:
        raise Unfit("no packets")
