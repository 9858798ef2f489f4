"""The site settings of uploads."""

from apps.core import rates
from apps.core.rates import Action
from apps.core.site_settings import Kind, Spec, register

_GROUP = "Uploads"
LARGEST = "uploads.largest_bytes"
PER_PERSON = "uploads.bytes_per_person"
IN_FLIGHT = "uploads.in_flight_per_person"
OPEN_PER_PERSON = "uploads.open_per_person"
KEPT = "uploads.kept_s"
_GB = 1_000_000_000
_DAY = 24 * 3600


def offer_upload_settings() -> None:
    rates.register(Action("uploads", "Uploads begun", seconds=60, people=600, visitors=None))
    register(
        Spec(
            LARGEST,
            Kind.BYTES,
            20 * _GB,
            title="Largest file",
            group=_GROUP,
            help="What is larger is refused before it is sent.",
            minimum=1,
            maximum=10**15,
        ),
        Spec(
            PER_PERSON,
            Kind.BYTES,
            50 * _GB,
            title="Room per person",
            group=_GROUP,
            help="Files that are kept and those that are being sent, without what is encoded from them.",
            minimum=0,
            maximum=10**16,
        ),
        Spec(
            IN_FLIGHT,
            Kind.WHOLE,
            5,
            title="Files in flight per person",
            group=_GROUP,
            help="How many may be on their way, or be checked, at once. One that rests for minutes does not count.",
            minimum=1,
            maximum=1000,
        ),
        Spec(
            OPEN_PER_PERSON,
            Kind.WHOLE,
            100,
            title="Unfinished uploads per person",
            group=_GROUP,
            help="With those that rest, and with the parts that some programs send a file in.",
            minimum=1,
            maximum=10_000,
        ),
        Spec(
            KEPT,
            Kind.SECONDS,
            7 * _DAY,
            title="How long an unfinished upload is kept",
            group=_GROUP,
            help="Counted from the last bytes that came.",
            minimum=60,
            maximum=365 * _DAY,
        ),
    )
