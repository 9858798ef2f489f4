"""What is there of each rendition, from the rows of its pieces."""

from collections import defaultdict
from collections.abc import Iterable
from itertools import count

from apps.streaming.encode.parts import Segment, segments_from_json
from apps.streaming.enums import RenditionKind
from apps.streaming.models import ChunkOutput, Generation, Rendition
from apps.streaming.validator import Whole


def wholes_of(generation: Generation) -> dict[Rendition, Whole]:
    """Every rendition of pictures or sound with the segments that follow each other without a gap from the first one on.

    Two queries, whatever the number of renditions and pieces.
    """
    renditions = list(generation.renditions.exclude(kind=RenditionKind.TEXT).order_by("name"))
    pieces: defaultdict[object, dict[int, ChunkOutput]] = defaultdict(dict)
    for row in ChunkOutput.objects.filter(generation=generation):
        pieces[row.rendition_id][row.index] = row
    found = {}
    for rendition in renditions:
        rendition.generation = generation
        rows = list(_in_a_row(pieces[rendition.pk]))
        segments = [segment for row in rows for segment in segments_from_json(row.segments)]
        ended = bool(rows) and rows[-1].complete
        found[rendition] = Whole(rendition.name, rendition.codecs, rendition.timescale or 0, segments, ended=ended)
    return found


def _in_a_row(pieces: dict[int, ChunkOutput]) -> Iterable[ChunkOutput]:
    """Pieces from 0 on, up to the first that is not complete (which is the last that counts)."""
    for index in count():
        row = pieces.get(index)
        if row is None:
            return
        yield row
        if not row.complete:
            return


def seconds(segments: Iterable[Segment], timescale: int) -> float:
    """How long these segments play."""
    return sum(segment.ticks for segment in segments) / timescale if timescale else 0.0
