"""What people may be called. A user name stands in addresses and is how somebody is recognised, so it is strict: one script,
nothing invisible, nothing that another name could be taken for. A display name is free, but shows what it is.
"""

import re
import unicodedata

from apps.core.errors import Invalid

SHORTEST, LONGEST = 2, 40
LONGEST_DISPLAY, LONGEST_BIO = 80, 1000
_SHAPE = re.compile(r"[^\W_](?:[\w.-]*\w)?\Z")
_EAST_ASIAN = frozenset({"CJK", "HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA", "HANGUL", "BOPOMOFO"})
_TURNING = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_OVERRIDING = re.compile("[\u202a-\u202e\u2066-\u2069]")
_INVISIBLE = re.compile("[\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180e\u200b\u2028\u2029\u2060-\u2065\u3164\ufeff\uffa0]")
_MOST_MARKS = 3

# Addresses of the site, and names that speak for it.
_RESERVED = """
about abuse account accounts admin administrator anonymous api avatars bandstand billing bot browse covers creator
creators deleted everyone guest healthz help hls home hostmaster info jobs legal login logout mail me media member
members membership moderator moderators news nobody noreply notifications null offline official operator owner
postmaster privacy readyz register root search security settings signin signup site staff static status studio support
system team terms undefined upload user webmaster welcome www
"""
RESERVED = frozenset(_RESERVED.split())

# What looks like a Latin letter in lower case (a selection of UTS 39): Cyrillic and Greek by their numbers, then digits.
_LOOKS = str.maketrans(
    "\u0430\u0435\u043e\u0440\u0441\u0443\u0445\u0456\u0458\u0455\u04bb\u0501\u051b\u051d\u0433\u043a\u043c\u0442\u043f\u0432\u04cf"
    "\u03b1\u03b2\u03b5\u03b9\u03ba\u03bd\u03bf\u03c1\u03c4\u03c5\u03c7"
    "01|",
    "aeopcyxijshdqwrkmtnblabeikvoptuxoll",
)


def clean_username(text: str) -> str:
    """The name in its one spelling (NFKC). Raises Invalid; whether it is free is another question (`services/names.py`)."""
    name = unicodedata.normalize("NFKC", text.strip())
    if not SHORTEST <= len(name) <= LONGEST:
        raise _invalid("username", f"A user name has {SHORTEST} to {LONGEST} characters.")
    if not _SHAPE.match(name):
        raise _invalid(
            "username", "A user name is of letters and digits, with dots, hyphens or underscores between them."
        )
    if len(_scripts(name)) > 1:
        raise _invalid("username", "A user name is written in one script: its letters come from several.")
    return name


def is_reserved(username: str) -> bool:
    """Whether it is an address of the site, speaks for it, or looks as if it did."""
    plain = re.sub(r"[._-]", "", username.casefold())
    return look_of(plain) in _RESERVED_LOOKS or look_of(plain.replace("1", "i")) in _RESERVED_LOOKS


def look_of(username: str) -> str:
    """The same text for names that one could take for each other: `Paypal`, `paypaI` and their Cyrillic twin."""
    name = unicodedata.normalize("NFKC", username).replace("I", "l").casefold().translate(_LOOKS)
    return re.sub(r"[._-]", "", name).replace("rn", "m").replace("vv", "w")


def clean_display_name(text: str) -> str:
    """One line without what cannot be seen or turns its neighbours round. Empty is allowed. Raises Invalid."""
    name = " ".join(text.split())
    if len(name) > LONGEST_DISPLAY:
        raise _invalid("display_name", f"A name has {LONGEST_DISPLAY} characters at most.")
    if _is_odd(name) or _TURNING.search(name) or _piles_marks(name):
        raise _invalid("display_name", "This name has characters that cannot be seen or that turn the text round.")
    return name


def clean_bio(text: str) -> str:
    """Some lines about oneself. Raises Invalid."""
    bio = text.replace("\r\n", "\n").replace("\r", "\n").strip()
    if len(bio) > LONGEST_BIO:
        raise _invalid("bio", f"This text has {LONGEST_BIO} characters at most.")
    if any(_is_odd(line) or _OVERRIDING.search(line) or _piles_marks(line) for line in bio.split("\n")):
        raise _invalid("bio", "This text has characters that cannot be seen or that turn the text round.")
    return bio


def _scripts(name: str) -> set[str]:
    """The scripts of its letters, as their Unicode names begin; those of East Asia, which are written together, are one."""
    first = {unicodedata.name(char, "UNKNOWN").split(" ")[0] for char in name if char.isalpha()}
    return {"EAST ASIAN" if script in _EAST_ASIAN else script for script in first}


def _is_odd(line: str) -> bool:
    return bool(_INVISIBLE.search(line)) or any(unicodedata.category(char) in {"Cc", "Cs", "Co", "Cn"} for char in line)


def _piles_marks(line: str) -> bool:
    run = 0
    for char in unicodedata.normalize("NFD", line):
        run = run + 1 if unicodedata.category(char) in {"Mn", "Me"} else 0
        if run > _MOST_MARKS:
            return True
    return False


def _invalid(field: str, sentence: str) -> Invalid:
    return Invalid(sentence, code="bad_name", fields={field: [sentence]})


_RESERVED_LOOKS = frozenset(look_of(word) for word in RESERVED)
