"""Languages as files name them, and as BCP 47 and people do."""

import langcodes

_UNKNOWN = frozenset({"", "und", "unk", "mis", "zxx", "mul"})


def tag_of(raw: str) -> str:
    """`eng`, `EN`, `english`'s tag is `en`; what says nothing, or is no language, is empty."""
    text = raw.strip().replace("_", "-")
    if text.lower() in _UNKNOWN or not langcodes.tag_is_valid(text):
        return ""
    return langcodes.standardize_tag(text)[:16]


def name_of(tag: str) -> str:
    """`en` → `English`, for menus; empty for an empty tag."""
    return langcodes.Language.get(tag).display_name() if tag else ""
