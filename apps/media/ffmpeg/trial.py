"""Does it play? A header can claim anything: the first two seconds of every stream are decoded."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from apps.media.errors import MediaRefused, ProgramFailed, ProgramStalled, ProgramTooSlow
from apps.media.ffmpeg.commands import line, output, source
from apps.media.ffmpeg.facts import Probe
from apps.media.ffmpeg.run import capture
from apps.media.ffmpeg.whole import check_whole

TRIAL_S = 2
_WALL_S = 60
_TOO_LARGE = "exceeds specified max pixel count"

Check = Callable[[], None] | None


def check_plays(path: Path, probe: Probe, *, check: Check = None) -> Probe:
    """The probe without sound that no decoder here understands. Raises MediaRefused if that leaves nothing to play."""
    check_whole(path)
    used = [probe.video.index] if probe.video else []
    used += [stream.index for stream in probe.audio]
    frames, complaints = _decode(path, used, check)
    if not any(frames.values()) or complaints > sum(frames.values()):
        raise MediaRefused("This cannot be decoded: it is damaged, or not audio or video.", code="undecodable")
    if probe.video and not frames[probe.video.index]:
        raise MediaRefused("The pictures in this file cannot be decoded.", code="undecodable_video")
    if probe.video and not probe.audio and frames[probe.video.index] == 1 and probe.duration_ms < TRIAL_S * 1000:
        raise MediaRefused("This is a picture, not audio or video.", code="picture")
    return replace(probe, audio=tuple(stream for stream in probe.audio if frames[stream.index]))


def _decode(path: Path, indexes: Sequence[int], check: Check) -> tuple[Counter[int], int]:
    """Decoded frames by stream index, and how many lines of complaint there were.

    Where FFmpeg refuses the streams together (one codec is unknown to it), each is tried alone.
    """
    given = source(path, t=TRIAL_S)
    command = line(output([given[str(index)] for index in indexes], "pipe:1", format="framecrc"), progress=False)
    try:
        answer, stderr = capture(command, wall_s=_WALL_S, check=check)
    except ProgramFailed as error:
        if _TOO_LARGE in error.stderr:  # a decoder needs a little more room than the picture that is shown
            raise MediaRefused("The picture is too large.", code="too_many_pixels") from error
        if len(indexes) == 1:
            return Counter(), 1
        alone = [_decode(path, [index], check) for index in indexes]
        return sum((frames for frames, _ in alone), Counter()), sum(complaints for _, complaints in alone)
    except (ProgramStalled, ProgramTooSlow) as error:
        raise MediaRefused("This file takes too long to decode.", code="decode_timeout") from error
    rows = (row.split(b",", 1)[0] for row in answer.splitlines() if row[:1].isdigit())
    return Counter(indexes[int(row)] for row in rows), stderr.count("\n")
