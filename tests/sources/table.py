"""The table in docs/sources.md: `python -m tests.sources.table` prints it."""

from collections.abc import Iterator

from tests.sources.everything import EVERYTHING
from tests.sources.kinds import Plays, Refused, Source

_COLUMNS = ("source", "format", "what comes out")


def table() -> str:
    return "\n".join(_lines())


def _lines() -> Iterator[str]:
    for title, sources in EVERYTHING.items():
        yield from (f"### {title}", "", f"| {' | '.join(_COLUMNS)} |", f"| {' | '.join('---' for _ in _COLUMNS)} |")
        yield from (f"| {source.what} | {source.ending} | {_outcome(source)} |" for source in sources)
        yield ""


def _outcome(source: Source) -> str:
    if isinstance(source.outcome, Refused):
        return f"refused: “{source.outcome.sentence.format(name='It')}”"
    return "; ".join(_parts(source.outcome))


def _parts(plays: Plays) -> Iterator[str]:
    if plays.frames:
        size = plays.size.replace("x", " × ")
        yield f"{_frames(plays.frames)} at {_rate(plays.rate)} a second, {size}"
    else:
        yield f"{plays.duration_s:g} s"
    yield f"sound {', '.join(plays.sounds)}" if plays.sounds else "no sound"
    if plays.remark:
        yield plays.remark


def _frames(frames: int | tuple[int, int]) -> str:
    if isinstance(frames, tuple):
        return f"{frames[0]} to {frames[1]} frames"
    return f"{frames} frame{'s' if frames > 1 else ''}"


def _rate(rate: str) -> str:
    num, _, den = rate.partition("/")
    return f"{int(num) / int(den):.5g}"


if __name__ == "__main__":
    print(table())
