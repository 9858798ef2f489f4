"""Measures a track of sound while FFmpeg encodes it: one decoding pass, and no file in between."""

from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from apps.media.ffmpeg.commands import output
from apps.media.ffmpeg.pipes import SidePipe
from apps.media.sound.loudness import Measured, SummaryListener
from apps.media.sound.peaks import PeakWriter
from apps.media.sound.picture import waveform_png

_LEAST_S = 0.2


@dataclass(frozen=True)
class Sound:
    """What was found of a track. `folder` holds the waveforms and nothing else."""

    measured: Measured
    folder: Path


class SoundMeter:
    """Hands FFmpeg's command line an output (`tap`), and `run.run` a pipe and a listener.

    with SoundMeter(folder, 48_000) as meter:
        run(line(*made, *meter.tap(decoded), level=TELLING), wall_s=60, pipes=[meter.pipe], listen=meter.listener)
        sound = meter.finish()
    """

    def __init__(self, folder: Path, sample_rate: int) -> None:
        self.folder = folder
        self.listener = SummaryListener()
        self._sample_rate = sample_rate
        folder.mkdir(parents=True)
        self._peaks = PeakWriter(folder, sample_rate)
        self.pipe = SidePipe(self._peaks.add)

    def __enter__(self) -> Self:
        self.pipe.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._peaks.close()
        self.pipe.__exit__(kind, error, trace)

    def tap(self, decoded: Any) -> list[Any]:
        """Loudness of all channels, then their mix. Gaps are filled with silence, so that peaks keep their times."""
        whole = decoded.filter("aresample", self._sample_rate, **{"async": 1, "first_pts": 0})
        # FFmpeg measures a tenth of a second at a time, and fails where there is nothing to write.
        filled = whole.filter("apad", whole_dur=_LEAST_S)
        heard = filled.filter("ebur128", peak="true", framelog="quiet")
        mixed = heard.filter("aformat", sample_fmts="s16", channel_layouts="mono")
        return [output([mixed], self.pipe.address, format="s16le", acodec="pcm_s16le")]

    def finish(self) -> Sound:
        """Once FFmpeg has ended well: all files are written."""
        (self.folder / "wave.png").write_bytes(waveform_png(self._peaks.finish()))
        return Sound(self.listener.measured(), self.folder)
