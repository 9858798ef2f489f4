"""Words that files and people bring, made fit to be kept and shown."""

import unicodedata

# Signs that turn the direction of what stands beside them, and the mark of byte order.
_TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")
_DROPPED = frozenset({"Cc", "Cs"})
# How much of a long text is looked at, as a multiple of what is kept: composed letters may become fewer.
_READ_AHEAD = 4


def clean_words(raw: object, longest: int) -> str:
    """One line of at most `longest` characters without control signs; what is no text is empty."""
    if not isinstance(raw, str):
        return ""
    kept = (" " if sign.isspace() else sign for sign in raw[: longest * _READ_AHEAD] if not _is_dropped(sign))
    return " ".join(unicodedata.normalize("NFC", "".join(kept)).split())[:longest].rstrip()


def _is_dropped(sign: str) -> bool:
    return sign in _TURNING or (unicodedata.category(sign) in _DROPPED and not sign.isspace())
