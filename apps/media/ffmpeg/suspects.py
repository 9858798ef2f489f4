"""What is wrong with a file that cannot be read: one sentence for whoever brought it."""

import stat
from pathlib import Path

from apps.media.errors import MediaRefused

_HEAD = 4096
_MAGIC = (
    (b"\x89PNG", "picture"), (b"\xff\xd8\xff", "picture"), (b"GIF8", "picture"), (b"BM", "picture"),
    (b"PK\x03\x04", "archive"), (b"Rar!", "archive"), (b"7z\xbc\xaf", "archive"), (b"\x1f\x8b", "archive"),
    (b"%PDF", "document"), (b"#EXTM3U", "playlist"), (b"ffconcat", "playlist"), (b"[playlist]", "playlist"),
)  # fmt: skip
_SENTENCES = {
    "picture": "This is a picture, not audio or video.",
    "archive": "This is an archive, not audio or video: unpack it first.",
    "document": "This is a document, not audio or video.",
    "playlist": "This is a playlist; only the media itself can be taken.",
    "text": "This is text, not audio or video.",
    "truncated": "This file is cut off: its end is missing.",
}
_MP4_FIRST = frozenset({b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip"})


def check_path(path: Path) -> None:
    """Refuses what is not a plain file with something in it that may be read."""
    try:
        facts = path.stat()
        if stat.S_ISDIR(facts.st_mode):
            raise MediaRefused(f"{path.name or path} is a folder, not a file.", code="folder")
        if not stat.S_ISREG(facts.st_mode):
            raise MediaRefused(f"{path.name} is not a plain file.", code="not_a_file")
        with path.open("rb") as file:
            first = file.read(1)
        str(path.resolve()).encode()
    except UnicodeEncodeError as error:
        raise MediaRefused(
            "The name of this file, or of its folder, is not in UTF-8: rename it first.", code="name"
        ) from error
    except FileNotFoundError as error:
        raise MediaRefused(f"There is no file {path}.", code="missing") from error
    except NotADirectoryError as error:
        raise MediaRefused(f"There is no file {path}.", code="missing") from error
    except (OSError, ValueError) as error:
        raise MediaRefused(f"{path.name} cannot be read.", code="unreadable") from error
    if not first:
        raise MediaRefused(f"{path.name} is empty.", code="empty")


def explain_unreadable(path: Path) -> MediaRefused:
    """The most likely reason why no allowed format fits."""
    with path.open("rb") as file:
        head = file.read(_HEAD)
    for magic, code in _MAGIC:
        if head.lstrip().startswith(magic):
            return MediaRefused(_SENTENCES[code], code=code)
    if head[4:8] in _MP4_FIRST:
        return MediaRefused(_SENTENCES["truncated"], code="truncated")
    if _is_text(head):
        return MediaRefused(_SENTENCES["text"], code="text")
    return MediaRefused("This is no audio or video that can be read here.", code="not_media")


def _is_text(head: bytes) -> bool:
    try:
        text = head[: head.rfind(b"\n") + 1 or len(head)].decode("utf-8")
    except UnicodeDecodeError:
        return False
    return all(sign.isprintable() or sign in "\r\n\t\f" for sign in text)
