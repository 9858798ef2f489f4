"""Why staff did something to somebody: asked for, and kept in the activity."""

from apps.core.errors import Invalid

LONGEST = 300


def clean_reason(text: str) -> str:
    """One line. Raises Invalid where nothing, or very much, is said."""
    reason = " ".join(text.split())
    if not 1 <= len(reason) <= LONGEST or not reason.isprintable():
        sentence = f"Say why, in up to {LONGEST} characters: it is kept in the activity."
        raise Invalid(sentence, code="reason", fields={"reason": [sentence]})
    return reason
