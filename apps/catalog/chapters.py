"""Chapters as people write them: checked, and made fit to be kept."""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from apps.core.errors import Invalid
from apps.media.words import clean_words

MOST = 500
LONGEST_TITLE = 200


def checked_chapters(given: Sequence[Mapping[str, Any]], *, duration_ms: int | None) -> list[dict[str, Any]]:
    """The list of `{start_ms, title}` as it is kept. Raises Invalid with a sentence for the person who wrote it."""
    if len(given) > MOST:
        raise _invalid(f"An item has at most {MOST} chapters.")
    starts = [int(one["start_ms"]) for one in given]
    titles = [clean_words(one["title"], LONGEST_TITLE + 1) for one in given]
    if any(not 1 <= len(title) <= LONGEST_TITLE for title in titles):
        raise _invalid(f"The title of a chapter has 1 to {LONGEST_TITLE} characters.")
    if any(after <= before for before, after in pairwise(starts)):
        raise _invalid("Each chapter begins after the one before it.")
    if any(start < 0 or (duration_ms is not None and start >= duration_ms) for start in starts):
        raise _invalid("Chapters begin between the beginning and the end of the item.")
    return [{"start_ms": start, "title": title} for start, title in zip(starts, titles, strict=True)]


def _invalid(sentence: str) -> Invalid:
    return Invalid(sentence, fields={"chapters": [sentence]})
