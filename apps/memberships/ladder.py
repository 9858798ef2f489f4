"""All tiers, as every process knows them: read at most every five seconds, and at once where one was changed here."""

import threading
import time
from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

from apps.memberships.entitlements import TierFacts
from apps.memberships.models import Tier

FRESH_SECONDS = 5

_lock = threading.Lock()
_tiers: dict[UUID, TierFacts] = {}
_read_at: float | None = None


def known_tiers(*, with_all_of: Collection[UUID] = ()) -> Mapping[UUID, TierFacts]:
    """Every tier by its id, the archived ones too, from the lowest rank to the highest.

    Where one of `with_all_of` is not known yet (another process has just made it), the database is read again.
    """
    global _tiers, _read_at  # noqa: PLW0603
    now = time.monotonic()
    if _read_at is None or now - _read_at > FRESH_SECONDS or not _tiers.keys() >= set(with_all_of):
        with _lock:
            _tiers = {tier.pk: tier.facts for tier in Tier.objects.all()}
            _read_at = now
    return _tiers


def offered_tiers() -> Sequence[TierFacts]:
    """What can be got, the cheapest first."""
    return sorted((tier for tier in known_tiers().values() if tier.offered), key=lambda tier: tier.cheapness)


def offered_as_far_as_known() -> bool:
    """Whether there was anything to be got when this process last looked: for pages that must not ask the database."""
    return any(tier.offered for tier in _tiers.values())


def forget() -> None:
    """The next look reads the database again."""
    global _read_at  # noqa: PLW0603
    _read_at = None
