"""What an encoder is, and on what it runs."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from apps.streaming.ladder import Rung
from apps.streaming.plan import VideoPlan

Options = dict[str, Any]
Filter = tuple[str, tuple[Any, ...]]


@dataclass(frozen=True)
class Device:
    """Something that encodes. `name` is FFmpeg's: a card's number, a render node. `driver` changes when its driver does."""

    name: str
    label: str
    driver: str = ""


class NoDevice(Exception):
    """There is nothing that these encoders could run on; the text says why, to staff."""


def _no_options(device: Device) -> Sequence[str]:  # noqa: ARG001
    return ()


@dataclass(frozen=True)
class Family:
    """Encoders that run on the same kind of device.

    `find` lists what this machine has, or raises NoDevice. `process_options` are FFmpeg's for the whole process, `filters`
    the end of every chain of filters: what turns decoded pictures into what the encoder takes.
    """

    name: str
    title: str
    find: Callable[[], Sequence[Device]]
    filters: tuple[Filter, ...] = (("format", ("yuv420p",)),)
    process_options: Callable[[Device], Sequence[str]] = _no_options
    hardware: bool = True


@dataclass(frozen=True)
class Encoder:
    """One encoder of one codec. `name` is how plans, settings and people call it."""

    name: str
    codec: str
    family: Family
    options: Callable[[Rung, VideoPlan, Device | None], Options]


_encoders: dict[str, Encoder] = {}


def register(*encoders: Encoder) -> None:
    for encoder in encoders:
        if _encoders.setdefault(encoder.name, encoder) is not encoder:
            raise ValueError(f"two encoders are called {encoder.name}")


def known_encoders() -> Mapping[str, Encoder]:
    """All encoders by name, the better ones of a codec first."""
    return _encoders


def named(name: str) -> Encoder:
    return _encoders[name]


def rate_and_grid(rung: Rung, plan: VideoPlan) -> Options:
    """The cap and the grid, which all but SVT-AV1 are told in the same words."""
    grid = plan.segment_frames
    return {
        "maxrate": f"{rung.kbps}k",
        "bufsize": f"{2 * rung.kbps}k",
        "g": grid,
        "force_key_frames": f"expr:eq(mod(n,{grid}),0)",
    }
