"""What somebody who knows nothing of us finds in a published folder: playlists as text, bytes by ffprobe, FFmpeg's decoder."""

import json
import re
import subprocess
import tempfile
from bisect import bisect_right
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import accumulate
from pathlib import Path

from apps.core.embedded import binaries


@dataclass(frozen=True)
class Packet:
    """Times in seconds, exactly."""

    shown: Fraction
    lasts: Fraction
    key: bool
    at: int
    size: int


@dataclass(frozen=True)
class Published:
    """One media playlist and the bytes that it names."""

    folder: Path

    @property
    def name(self) -> str:
        return self.folder.name

    @cached_property
    def text(self) -> str:
        return (self.folder / "playlist.m3u8").read_text()

    @cached_property
    def lengths(self) -> list[float]:
        return [float(found) for found in re.findall(r"^#EXTINF:([\d.]+),", self.text, re.MULTILINE)]

    @cached_property
    def names(self) -> list[str]:
        return [line for line in self.text.splitlines() if line and not line.startswith("#")]

    def tag(self, name: str) -> str:
        found = re.search(rf"^#EXT-X-{name}:(.*)$", self.text, re.MULTILINE)
        assert found, f"{self.name} has no {name}"
        return found[1]

    @cached_property
    def init(self) -> bytes:
        return (self.folder / re.search(r'URI="([^"]+)"', self.tag("MAP"))[1]).read_bytes()

    @cached_property
    def pieces(self) -> list[bytes]:
        return [(self.folder / name).read_bytes() for name in self.names]

    @cached_property
    def joined(self) -> bytes:
        return b"".join([self.init, *self.pieces])

    @cached_property
    def edges(self) -> list[int]:
        """Where each segment begins in the joined bytes, and where the last one ends."""
        return list(accumulate((len(piece) for piece in self.pieces), initial=len(self.init)))

    @cached_property
    def _found(self) -> dict:
        with tempfile.NamedTemporaryFile(suffix=".mp4") as file:
            file.write(self.joined)
            file.flush()
            return ffprobe(Path(file.name), "-show_streams", "-show_packets")

    @property
    def stream(self) -> dict:
        (stream,) = self._found["streams"]
        return stream

    @cached_property
    def packets(self) -> list[Packet]:
        """In the order of the bytes."""
        tick = Fraction(self.stream["time_base"])
        return [
            Packet(
                int(p["pts"]) * tick, int(p.get("duration", 0)) * tick, "K" in p["flags"], int(p["pos"]), int(p["size"])
            )
            for p in self._found["packets"]
        ]

    def of_segment(self, number: int) -> list[Packet]:
        """The packets that lie in segment `number` (from 0)."""
        return self._by_segment[number]

    @cached_property
    def _by_segment(self) -> list[list[Packet]]:
        found: list[list[Packet]] = [[] for _ in self.names]
        for packet in self.packets:
            found[bisect_right(self.edges, packet.at) - 1].append(packet)
        return found


def ffprobe(path: Path, *options: str) -> dict:
    line = [str(binaries.ffprobe()), "-v", "warning", *options, "-of", "json", str(path)]
    done = subprocess.run(line, check=True, capture_output=True, text=True)
    assert done.stderr == "", done.stderr
    return json.loads(done.stdout)


def attributes(text: str) -> dict[str, str]:
    """`A=1,B="x,y"` of a playlist's tag."""
    return {name: value.strip('"') for name, value in re.findall(r'([A-Z0-9-]+)=("[^"]*"|[^,]*)', text)}


@dataclass(frozen=True)
class Master:
    """A master playlist and all that it names, by URI's folder."""

    folder: Path

    @cached_property
    def text(self) -> str:
        return (self.folder / "master.m3u8").read_text()

    @cached_property
    def variants(self) -> dict[str, dict[str, str]]:
        found = re.findall(r"^#EXT-X-STREAM-INF:(.*)\n(.*)/playlist\.m3u8$", self.text, re.MULTILINE)
        return {name: attributes(marks) for marks, name in found}

    @cached_property
    def media(self) -> dict[str, dict[str, str]]:
        found = [attributes(marks) for marks in re.findall(r"^#EXT-X-MEDIA:(.*)$", self.text, re.MULTILINE)]
        return {marks["URI"].split("/")[0]: marks for marks in found}

    @cached_property
    def pictures(self) -> list[Published]:
        return [Published(self.folder / name) for name, marks in self.variants.items() if "RESOLUTION" in marks]

    @cached_property
    def sounds(self) -> list[Published]:
        heard = [name for name, marks in self.media.items() if marks["TYPE"] == "AUDIO"]
        heard += [name for name, marks in self.variants.items() if "RESOLUTION" not in marks]
        return [Published(self.folder / name) for name in dict.fromkeys(heard)]


def decode(pictures: list[Published], sounds: list[Published]) -> tuple[dict[str, bytes], dict[str, bytes]]:
    """By name: the brightness of each picture's middle, one byte each; and sound, 16 bits, one channel, 48 kHz.

    One FFmpeg opens all the playlists. It must not complain.
    """
    with tempfile.TemporaryDirectory() as folder:
        line = [str(binaries.ffmpeg()), "-v", "warning", "-nostdin"]
        for published in (*pictures, *sounds):
            line += ["-i", str(published.folder / "playlist.m3u8")]
        for number, published in enumerate((*pictures, *sounds)):
            line += ["-map", str(number), *_raw(published in pictures), f"{folder}/{published.name}"]
        done = subprocess.run(line, check=False, capture_output=True, text=True)
        complaints = [text for text in done.stderr.splitlines() if "bitrate parameter" not in text]
        assert (done.returncode, complaints) == (0, []), complaints
        read = {published.name: Path(folder, published.name).read_bytes() for published in (*pictures, *sounds)}
    return ({one.name: read[one.name] for one in pictures}, {one.name: read[one.name] for one in sounds})


def _raw(pictures: bool) -> list[str]:
    if not pictures:
        return ["-ac", "1", "-ar", "48000", "-f", "s16le"]
    return ["-vf", "crop=2:2,extractplanes=y,scale=1:1", "-fps_mode", "passthrough", "-f", "rawvideo"]
