"""All sources, by what they show."""

from tests.sources.damaged import DAMAGED
from tests.sources.kinds import Source
from tests.sources.pictures import PICTURES
from tests.sources.rates import RATES
from tests.sources.sounds import SOUNDS
from tests.sources.times import TIMES

EVERYTHING: dict[str, tuple[Source, ...]] = {
    "How pictures follow each other": RATES,
    "What a picture is made of, and what carries it": PICTURES,
    "Sound": SOUNDS,
    "Time": TIMES,
    "Damaged, cut off, or no media": DAMAGED,
}


def named(name: str) -> Source:
    return next(source for sources in EVERYTHING.values() for source in sources if source.name == name)
