"""WebVTT from files that strangers made, read with bounds and written anew: times in order, and markup that is harmless."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

MAX_CUES = 50_000
MAX_CUE_SIGNS = 2_000
_MAX_LINES = 20

_TIME = r"(?:(\d{1,4}):)?([0-5]?\d):([0-5]?\d)[.,](\d{3})"
_TIMING = re.compile(rf"\s*{_TIME}\s*-->\s*{_TIME}(?:\s+(.*))?\Z")
_SETTING = re.compile(r"(?:vertical:(?:rl|lr)|line:-?[0-9.]{1,8}%?(?:,(?:start|center|end))?"
                      r"|position:[0-9.]{1,8}%(?:,(?:line-left|center|line-right))?|size:[0-9.]{1,8}%"
                      r"|align:(?:start|center|middle|end|left|right))\Z")  # fmt: skip
_TAG = re.compile(r"<(/?)([A-Za-z]+)((?:\.[\w-]{1,40}){0,8})(?:[ \t]+([^<>]{0,200}))?[^<>]*>")
_ENTITY = re.compile(r"&(?!(?:amp|lt|gt|nbsp|lrm|rlm|#\d{1,7}|#[xX][0-9a-fA-F]{1,6});)")
_PIECES = re.compile(r"(<(?=[/!?\w])[^<>]*>)")
_NO_CUE = re.compile(r"(?:NOTE|STYLE|REGION)(?:\s|\Z)")
_KEPT = frozenset({"b", "i", "u", "c", "v", "ruby", "rt"})
_SPEAKER = 80


@dataclass(frozen=True)
class Cue:
    """Times in milliseconds. `text` is WebVTT's own markup, cleaned; it has no empty line."""

    start_ms: int
    end_ms: int
    text: str
    settings: str = ""


def read_cues(content: str, *, until_ms: int) -> list[Cue]:
    """The cues that are shown between 0 and `until_ms`, in order, cleaned. Styles, regions and notes are left out."""
    found = []
    for block in _blocks(content):
        cue = _cue(block, until_ms)
        if cue:
            found.append(cue)
        if len(found) == MAX_CUES:
            break
    return sorted(found, key=lambda cue: (cue.start_ms, cue.end_ms))


def read_written(content: str) -> Iterator[Cue]:
    """The cues of what `write_cues` wrote: in order and clean already, so ten times as fast."""
    for block in content.split("\n\n")[1:]:
        timing, _, text = block.partition("\n")
        start, arrow, end = timing.partition(" --> ")
        if arrow and text:
            yield Cue(_written_ms(start), _written_ms(end), text.rstrip("\n"))


def _written_ms(stamp: str) -> int:
    hours, minutes, seconds = stamp.partition(" ")[0].split(":")
    return (int(hours) * 60 + int(minutes)) * 60_000 + int(seconds.replace(".", ""))


def write_cues(cues: list[Cue]) -> str:
    blocks = (
        f"{_clock(cue.start_ms)} --> {_clock(cue.end_ms)}{' ' if cue.settings else ''}{cue.settings}\n{cue.text}\n"
        for cue in cues
    )
    return "\n".join(["WEBVTT\n", *blocks])


def clean_text(raw: str) -> str:
    """Keeps the tags b, i, u, c, v, ruby and rt, closes what is left open, and takes everything else for words."""
    shown = "".join(sign for sign in raw[:MAX_CUE_SIGNS] if sign in "\n\t" or sign.isprintable())
    lines = [line.strip() for line in shown.split("\n") if line.strip()]
    written: list[str] = []
    opened: list[str] = []
    for piece in _PIECES.split("\n".join(lines[:_MAX_LINES])):
        match = _TAG.fullmatch(piece)
        if match:
            written.append(_tag(match, opened))
        elif not _PIECES.fullmatch(piece):
            written.append(_words(piece))
    closing = [f"</{name}>" for name in reversed(opened)]
    text = "".join([*written, *closing])
    return "\n".join(line for line in text.split("\n") if line.strip())


def _tag(match: re.Match[str], opened: list[str]) -> str:
    """The tag as it may stay, or nothing. A closing one closes what was opened inside it, too."""
    closes, name, classes, speaker = match[1], match[2].lower(), match[3], match[4]
    if name not in _KEPT:
        return ""
    if not closes:
        opened.append(name)
        who = " " + _words(speaker.strip()[:_SPEAKER]) if name == "v" and speaker and speaker.strip() else ""
        return f"<{name}{classes}{who}>"
    if name not in opened:
        return ""
    closed: list[str] = []
    while not closed or closed[-1] != name:
        closed.append(opened.pop())
    return "".join(f"</{tag}>" for tag in closed)


def _words(text: str) -> str:
    return _ENTITY.sub("&amp;", text).replace("<", "&lt;").replace(">", "&gt;")


def _blocks(content: str) -> Iterator[list[str]]:
    """Lines that stand together, without a break."""
    block: list[str] = []
    for line in content.replace("\r\n", "\n").replace("\r", "\n").split("\n"):
        if line.strip():
            block.append(line)
        elif block:
            yield block
            block = []
    if block:
        yield block


def _cue(block: list[str], until_ms: int) -> Cue | None:
    """The timing stands in the first line, or in the second, after a name."""
    if _NO_CUE.match(block[0]):
        return None
    for at, line in enumerate(block[:2]):
        match = _TIMING.match(line)
        if match:
            start, end = _ms(match.groups()[:4]), min(_ms(match.groups()[4:8]), until_ms)
            text = clean_text("\n".join(block[at + 1 :]))
            settings = " ".join(part for part in (match[9] or "").split()[:5] if _SETTING.fullmatch(part))
            return Cue(start, end, text, settings) if text and start < end else None
    return None


def _ms(parts: tuple[str | None, ...]) -> int:
    hours, minutes, seconds, ms = (int(part or 0) for part in parts)
    return ((hours * 60 + minutes) * 60 + seconds) * 1000 + ms


def _clock(ms: int) -> str:
    seconds, ms = divmod(ms, 1000)
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}.{ms:03}"
