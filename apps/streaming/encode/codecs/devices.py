"""Which graphics cards this machine has. Being there says nothing about whether one encodes: `trial` tries that."""

import os
import re
import shutil
from collections.abc import Sequence
from pathlib import Path

from apps.media.errors import ProgramError
from apps.media.ffmpeg.run import capture
from apps.streaming.encode.codecs.base import Device, NoDevice

DEV = Path("/dev")
_NVIDIA_VERSION = Path("/sys/module/nvidia/version")
_DRM = Path("/sys/class/drm")
_SMI_WALL_S = 15
_SMI_LINE = re.compile(r"^GPU (\d+): (.{1,80}?) \(UUID", re.MULTILINE)
_NUMBERED = re.compile(r"^nvidia(\d+)$")


def nvidia_cards(dev: Path = DEV) -> Sequence[Device]:
    """NVIDIA's cards by their numbers, as `nvidia-smi` names them if it is there. Raises NoDevice."""
    numbers = sorted(int(found[1]) for path in dev.glob("nvidia*") if (found := _NUMBERED.match(path.name)))
    if not numbers:
        raise NoDevice("There is no NVIDIA card in this machine, or its driver is not loaded.")
    driver = _content(_NVIDIA_VERSION)
    smi = shutil.which("nvidia-smi")
    if smi is None:
        return tuple(Device(str(number), f"NVIDIA card {number}", driver) for number in numbers)
    return tuple(Device(number, label, driver) for number, label in _ask(smi))


def _ask(smi: str) -> list[tuple[str, str]]:
    try:
        answer, _ = capture([smi, "-L"], wall_s=_SMI_WALL_S)
    except (ProgramError, OSError) as error:
        raise NoDevice(f"NVIDIA's driver does not answer: nvidia-smi {error}.") from error
    found = _SMI_LINE.findall(answer.decode("utf-8", "replace"))
    if not found:
        raise NoDevice("nvidia-smi lists no card.")
    return found


def render_nodes(dev: Path = DEV) -> Sequence[Device]:
    """The nodes through which programs use a card without a screen. NVIDIA's have no VAAPI. Raises NoDevice."""
    nodes = sorted((dev / "dri").glob("renderD*"))
    if not nodes:
        raise NoDevice("There is no card with a render node in this machine (/dev/dri/renderD128).")
    usable = [node for node in nodes if os.access(node, os.R_OK | os.W_OK)]
    if not usable:
        raise NoDevice(f"{nodes[0]} may not be used by this account: add it to the group “render”.")
    return tuple(Device(str(node), f"{_driver(node.name)} at {node.name}", _version(node.name)) for node in usable)


def _driver(node: str) -> str:
    link = _DRM / node / "device" / "driver"
    return link.resolve().name if link.exists() else "Card"


def _version(node: str) -> str:
    """Drivers of render nodes come with the kernel."""
    return f"{_driver(node)} {os.uname().release}"


def _content(path: Path) -> str:
    return path.read_text(errors="replace").strip()[:80] if path.is_file() else ""
