"""What the live grants of a person add up to, frozen: the only thing that features read.

Pure: rows are turned into these in `ladder.py` (tiers) and `standing.py` (people).
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True)
class Limits:
    """What a tier lets somebody have. None: no limit of the tier's, so that the site's own setting holds.

    `largest_height` bounds what is watched, in lines (1080); `downloads` whether items may be kept as files.
    """

    storage_bytes: int | None = None
    largest_height: int | None = None
    downloads: bool = False
    jobs_at_once: int | None = None


@dataclass(frozen=True)
class TierFacts:
    """A tier as everything but the admin sees it. `offered`: somebody who has it not can still get it."""

    id: UUID
    slug: str
    title: str
    rank: int
    price_cents: int | None = None
    currency: str = ""
    offered: bool = True
    limits: Limits = field(default_factory=Limits)

    @property
    def cheapness(self) -> tuple[bool, int, int, str]:
        """Sorts tiers from the cheapest to the dearest; one without a price comes last, by its rank."""
        return self.price_cents is None, self.price_cents or 0, self.rank, self.title


@dataclass(frozen=True)
class Entitlements:
    """`tiers` are the live ones, `rank` the highest of them (0: none). `changes_at` is when a grant begins or ends next.

    `in_grace`: everything that still counts does so only until its grace is over.
    """

    tiers: frozenset[UUID] = frozenset()
    rank: int = 0
    limits: Limits = field(default_factory=Limits)
    changes_at: datetime | None = None
    in_grace: bool = False


NOTHING = Entitlements()


def most_generous(limits: Iterable[Limits], otherwise: Limits) -> Limits:
    """What somebody with all of these may have: of each the best. `otherwise` is for those who have none.

    None means that a tier does not bound it: for the height that is the best there is, for room and jobs it leaves the
    site's setting, which a number of another tier goes before.
    """
    held = list(limits)
    if not held:
        return otherwise
    return Limits(
        storage_bytes=_largest(one.storage_bytes for one in held),
        largest_height=None
        if any(one.largest_height is None for one in held)
        else _largest(h.largest_height for h in held),
        downloads=otherwise.downloads or any(one.downloads for one in held),
        jobs_at_once=_largest(one.jobs_at_once for one in held),
    )


def _largest(values: Iterable[int | None]) -> int | None:
    return max((value for value in values if value is not None), default=None)
