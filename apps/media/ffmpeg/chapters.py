"""Chapters as a file marks them, if they make sense."""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from apps.media.conf import limits
from apps.media.ffmpeg.facts import ChapterMark
from apps.media.ffmpeg.numbers import seconds
from apps.media.words import clean_words

MOST = 500
LONGEST_TITLE = 200


def read_chapters(found: Sequence[Mapping[str, Any]], *, start_us: int, duration_ms: int) -> tuple[ChapterMark, ...]:
    """`found` is ffprobe's list. Marks that overlap are cut, those outside the file or without a length are left out.

    Where that is true of most of them, none is believed.
    """
    end_ms = duration_ms or limits().max_duration_s * 1000
    marks = sorted((_mark(one, start_us, end_ms) for one in found), key=lambda mark: (mark.start_ms, mark.end_ms))
    cut = [_until(mark, after.start_ms) for mark, after in pairwise(marks)] + marks[-1:]
    kept = [mark for mark in cut if 0 <= mark.start_ms < mark.end_ms]
    return tuple(kept[:MOST]) if len(kept) * 2 > len(marks) else ()


def _mark(one: Mapping[str, Any], start_us: int, longest_ms: int) -> ChapterMark:
    """On the timeline that starts at 0. A chapter that begins a little before the first picture begins with it."""
    start = round(seconds(one.get("start_time")) * 1000 - start_us / 1000)
    end = round(seconds(one.get("end_time")) * 1000 - start_us / 1000)
    title = clean_words((one.get("tags") or {}).get("title"), LONGEST_TITLE)
    return ChapterMark(max(0, start) if end > 0 else -1, min(end, longest_ms), title)


def _until(mark: ChapterMark, next_ms: int) -> ChapterMark:
    return ChapterMark(mark.start_ms, min(mark.end_ms, next_ms), mark.title)
