"""Do a source's own packets lie as our segments do? Pure: fed with what was read of a file."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from apps.media.ffmpeg.facts import Probe, VideoStream
from apps.media.ffmpeg.packets import Packet
from apps.media.ffmpeg.rates import HIGHEST
from apps.media.mp4 import nal
from apps.streaming.ladder import Rung

_CONTAINER = "mov,mp4"  # the one that says where a packet's bytes lie, exactly
_PROFILES = frozenset({"Constrained Baseline", "Main", "High"})
_SQUARE = frozenset({"", "1:1", "0:1", "N/A"})
_PROGRESSIVE = frozenset({"", "progressive", "unknown"})
_LENGTHS = frozenset({"1", "2", "4"})
_MICRO = 1_000_000


class Unfit(Exception):
    """The source's packets cannot be a rendition; the text says why, to staff."""


@dataclass(frozen=True)
class Grid:
    """What packets must be like: `ticks` from one to the next, beginning at `start`, `frames` a segment of `cap_bytes`."""

    start: int
    ticks: int
    frames: int
    cap_bytes: int
    length_size: int


def check_probe(probe: Probe, top: Rung) -> VideoStream:
    """The pictures, if what is known already leaves a chance. Raises Unfit."""
    video = probe.video
    if video is None or video.codec != "h264" or not probe.container.startswith(_CONTAINER):
        raise Unfit("not H.264 in MP4")
    if video.interlaced or video.hdr or video.alpha or video.rotation or video.held_back:
        raise Unfit("pictures that must be changed, or that are not in the order in which they are shown")
    if not video.constant_rate or video.rate.fraction > HIGHEST:
        raise Unfit("not a constant rate")
    if (top.width, top.height) != (video.width, video.height):
        raise Unfit("not the size of a rung")
    if video.kbps and video.kbps > top.kbps:
        raise Unfit("above the cap of its rung")
    return video


def grid_of(header: Mapping[str, Any], probe: Probe, video: VideoStream, frames: int, top: Rung) -> Grid:
    """The grid that the packets must lie on, from ffprobe's words about the stream. Raises Unfit."""
    said = {name: str(value) for name, value in header.items()}
    if said.get("codec_tag_string") != "avc1" or said.get("is_avc") != "true":
        raise Unfit("parameters that may change on the way")
    if said.get("nal_length_size") not in _LENGTHS:
        raise Unfit("units of unknown length")
    if said.get("pix_fmt") != "yuv420p" or said.get("profile") not in _PROFILES:
        raise Unfit("a form of H.264 that not all players know")
    if said.get("sample_aspect_ratio", "") not in _SQUARE or said.get("field_order", "") not in _PROGRESSIVE:
        raise Unfit("pixels that are not square, or fields")
    if (header.get("width"), header.get("height")) != (video.width, video.height):
        raise Unfit("another size than is shown")
    base = _fraction(said.get("time_base", ""))
    ticks = 1 / (video.rate.fraction * base)
    start = int(header.get("start_pts") or 0)
    if ticks.denominator != 1 or round(start * base * _MICRO) != probe.start_us:
        raise Unfit("times that are not on the grid")
    cap_bytes = int(top.kbps * 125 * frames / video.rate.fraction)
    return Grid(start, ticks.numerator, frames, cap_bytes, int(said["nal_length_size"]))


def _fraction(text: str) -> Fraction:
    num, _, den = text.partition("/")
    if not num.isdigit() or not den.isdigit() or not int(num) or not int(den):
        raise Unfit("no time base")
    return Fraction(int(num), int(den))


@dataclass
class Packets:
    """Takes packet after packet; raises Unfit at the first that is not as it should be.

    `kinds_of` tells the NAL units of a packet.
    """

    grid: Grid
    kinds_of: Callable[[Packet], Iterable[int]]
    seen: int = 0
    segment_bytes: int = field(default=0, init=False)

    def take(self, packet: Packet | None) -> None:
        if packet is None or packet.dropped:
            raise Unfit(f"frame {self.seen} is not to be shown as it is")
        self._check_time(packet)
        self._check_units(packet)
        self._check_rate(packet)
        self.seen += 1

    def _check_time(self, packet: Packet) -> None:
        expected = self.grid.start + self.seen * self.grid.ticks
        if (packet.shown, packet.decoded, packet.duration) != (expected, expected, self.grid.ticks):
            raise Unfit(f"frame {self.seen} is not in its place")

    def _check_units(self, packet: Packet) -> None:
        try:
            kinds = list(self.kinds_of(packet))
        except nal.NotUnits as error:
            raise Unfit(f"frame {self.seen}: {error}") from error
        if nal.SETS.intersection(kinds):
            raise Unfit(f"frame {self.seen} brings parameters of its own")
        pictures = {kind for kind in kinds if kind in nal.PICTURE}
        if not pictures:
            raise Unfit(f"frame {self.seen} has no picture")
        if self.seen % self.grid.frames == 0 and (not packet.key or pictures != {nal.SLICE_OF_IDR}):
            raise Unfit(f"no segment can begin with frame {self.seen}")

    def _check_rate(self, packet: Packet) -> None:
        if self.seen % self.grid.frames == 0:
            self.segment_bytes = 0
        self.segment_bytes += packet.size
        if self.segment_bytes > self.grid.cap_bytes:
            raise Unfit(f"the segment with frame {self.seen} is above the cap of its rung")
