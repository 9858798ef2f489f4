"""Where 0 of a stream lies on its source's own timeline. Pure."""

from fractions import Fraction

from apps.media.ffmpeg.facts import Probe, VideoStream

_MICRO = 1_000_000
_UNHEARD_US = 50_000
_INEXACT_US = 1_000  # Matroska rounds to milliseconds


def origin_us(probe: Probe) -> int:
    """Counted from the source's first time stamp; less than a frame to this side or that, so that pictures fall on the grid.

    So much is cut off from sound that begins before the pictures, or, where that could be heard (at low rates), silence is
    put before it.
    """
    if probe.video is None:
        return 0
    frame = _MICRO / probe.video.rate.fraction
    beside = _begins_us(probe, probe.video) % frame
    if not beside:
        return 0
    return round(beside if beside <= _UNHEARD_US and frame - beside > _INEXACT_US else beside - frame)


def first_frame(probe: Probe, stream: VideoStream) -> int:
    """The place of the source's first picture on the grid."""
    return round(Fraction(_begins_us(probe, stream) - origin_us(probe), _MICRO) * stream.rate.fraction)


def _begins_us(probe: Probe, stream: VideoStream) -> int:
    """How long after the beginning of the source its pictures begin."""
    return max(0, stream.start_us - probe.start_us)
