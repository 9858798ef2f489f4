"""How many FFmpeg processes may encode on one machine at once, over all workers that run there."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager

from apps.core import site_settings
from apps.core.site_settings import Kind, Spec
from apps.jobs.contract import JobContext
from apps.media.ffmpeg.run import Check
from apps.media.room import Room

PER_HOST = "media.ffmpeg_per_host"


def offer_setting() -> None:
    site_settings.register(
        Spec(
            PER_HOST,
            Kind.WHOLE,
            6,
            title="Encoders at once on one machine",
            group="Media",
            help="However many workers run there; further jobs wait for one to end.",
            minimum=1,
            maximum=256,
        )
    )


@contextmanager
def encoder_slot(ctx: JobContext) -> Iterator[Check]:
    """Waits until this machine may run one more encoder, and holds the place for the block.

    Yields what to call often while FFmpeg runs: it raises what `ctx.check` does, and DiskFull. So does the beginning.
    """
    room = Room()
    room.check()

    def check() -> None:
        ctx.check()
        room.check()

    with ctx.slot(f"ffmpeg:{socket.gethostname()}"[:80], capacity=int(site_settings.get(PER_HOST))):
        yield check
