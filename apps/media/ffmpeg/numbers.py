"""Numbers as ffprobe writes them: as text, or as `N/A`."""

from math import isfinite


def seconds(text: object) -> float:
    """0 for what is no (finite) number."""
    try:
        value = float(str(text))
    except ValueError:
        return 0.0
    return value if isfinite(value) else 0.0
