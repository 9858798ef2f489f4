"""What is said, to be read: the cues of a WebVTT file as paragraphs of plain text."""

import html
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from apps.streaming.webvtt import Cue

_TAG = re.compile(r"<[^<>]*>")
_VOICE = re.compile(r"<v(?:\.[\w.-]+)?(?:\s+([^<>]*))?>")
_SENTENCE_ENDS = tuple('.!?…。！？"”»')
_PAUSE_MS = 2500
_ENOUGH_SIGNS, _MOST_SIGNS = 280, 700


class Line(NamedTuple):
    """What one cue says. `at` is its start as links carry it, in seconds."""

    at: str
    text: str


@dataclass
class Paragraph:
    """Lines that belong together; `speaker` is empty where nobody is named."""

    speaker: str
    start_ms: int
    lines: list[Line] = field(default_factory=list)
    signs: int = 0


def paragraphs(cues: Iterable[Cue]) -> list[Paragraph]:
    """In order. A pause, another speaker, or the end of a sentence when there is enough, begins a new one."""
    made: list[Paragraph] = []
    ended_ms, said = 0, ""
    for cue in cues:
        for speaker, text in _voices(cue.text):
            if text == said:
                ended_ms = max(ended_ms, cue.end_ms)
                continue  # shown on, while the next line joins it
            if not made or _is_new(made[-1], speaker, said, cue.start_ms - ended_ms):
                made.append(Paragraph(speaker, cue.start_ms))
            made[-1].lines.append(Line(_at(cue.start_ms), text))
            made[-1].signs += len(text)
            ended_ms, said = max(ended_ms, cue.end_ms), text
    return made


def _is_new(last: Paragraph, speaker: str, said: str, pause_ms: int) -> bool:
    if pause_ms > _PAUSE_MS or last.signs > _MOST_SIGNS or speaker != last.speaker:
        return True
    return last.signs > _ENOUGH_SIGNS and said.endswith(_SENTENCE_ENDS)


def _at(ms: int) -> str:
    return f"{ms / 1000:.3f}".rstrip("0").rstrip(".")


def _voices(markup: str) -> Iterator[tuple[str, str]]:
    """Who says what in a cue: `("", text)` where nobody is named."""
    if "<" not in markup:
        text = _plain(markup)
        if text:
            yield "", text
        return
    before, *named = _VOICE.split(markup)
    for speaker, part in [("", before), *zip(named[::2], named[1::2], strict=True)]:
        text = _plain(_TAG.sub("", part))
        if text:
            yield _plain(speaker or ""), text


def _plain(words: str) -> str:
    return " ".join((html.unescape(words) if "&" in words else words).split())
