"""A graphics card for tests: what runs on it is libx264, so that the whole way can be gone without one."""

import socket
from collections.abc import Callable, Sequence

from django.utils import timezone

from apps.jobs.models import Worker
from apps.streaming.encode.codecs import Device, Encoder, base, software
from apps.streaming.encode.codecs.base import Family, NoDevice
from apps.streaming.ladder import H264

NAME = "h264_tests"
CARD = Device("0", "Test card", "driver 1")
Alter = Callable[[dict], dict]


def plug_in(monkeypatch, *, devices: Sequence[Device] = (CARD,), chunk: Alter = dict, trial: Alter = dict) -> Encoder:
    """A card of which `chunk` and `trial` alter the options; without `devices` it is not there."""

    def find():
        if not devices:
            raise NoDevice("There is no test card in this machine.")
        return devices

    def options(rung, plan, device):
        assert device in devices
        alter = trial if rung.name == "trial" else chunk
        return alter(software.ENCODERS[0].options(rung, plan, device))

    encoder = Encoder(NAME, H264, Family("tests", "Test cards", find), options)
    monkeypatch.setitem(base._encoders, NAME, encoder)
    return encoder


def breaks(options: dict) -> dict:
    """FFmpeg gives up before the first picture."""
    return {**options, "preset": "none_such"}


def forgets_the_grid(options: dict) -> dict:
    return {**options, "g": 7, "force_key_frames": "expr:eq(mod(n,7),0)", "keyint_min": 7}


def start_worker(*queues: str, host: str = "") -> Worker:
    """The trace of a worker that serves these queues."""
    where = host or socket.gethostname()
    return Worker.objects.create(
        name=f"{'-'.join(queues)}@{where}", host=where, queues=list(queues), seen_at=timezone.now()
    )
