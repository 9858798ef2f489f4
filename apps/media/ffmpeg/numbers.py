"""Numbers as ffprobe writes them: as text, or as `N/A`."""

_MOST = 1e12


def seconds(text: object) -> float:
    """0 for what is no number, or one that no file could mean."""
    try:
        value = float(str(text))
    except ValueError:
        return 0.0
    return value if abs(value) < _MOST else 0.0
