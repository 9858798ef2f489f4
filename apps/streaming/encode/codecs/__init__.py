"""How each encoder is told the same thing: one closed group of pictures per segment, a quality, and a cap.

`base` says what an encoder and a device are, `devices` finds what this machine has, and each family has a module of its
own. `docs/howto/a-rendition.md` shows how to add one.
"""

from apps.streaming.encode.codecs import nvenc, software, vaapi
from apps.streaming.encode.codecs.base import Device, Encoder, Options, known_encoders, named, register
from apps.streaming.ladder import Rung
from apps.streaming.plan import VideoPlan

register(*software.ENCODERS, *nvenc.ENCODERS, *vaapi.ENCODERS)

__all__ = ["Device", "Encoder", "Options", "encoder_options", "known_encoders", "named", "register"]


def encoder_options(rung: Rung, plan: VideoPlan, device: Device | None = None) -> Options:
    """FFmpeg's output options for the rung's encoder. Key frames lie on the grid and nowhere else.

    Hardware encoders need the `device` that they run on.
    """
    return {**named(rung.encoder).options(rung, plan, device), "fps_mode": "passthrough"}
