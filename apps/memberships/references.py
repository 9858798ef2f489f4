"""What else refers to a tier: a tier that something refers to can be archived, but not deleted.

register_reference("the policies of items", lambda tier_id: Item.objects.filter(tiers__contains=[tier_id]).exists())
"""

from collections.abc import Callable
from uuid import UUID

_references: dict[str, Callable[[UUID], bool]] = {}


def register_reference(what: str, refers: Callable[[UUID], bool]) -> None:
    """`what` is how a sentence names it; `refers(tier_id)` says whether there is one. Call it in `AppConfig.ready()`."""
    _references[what] = refers


def references_to(tier_id: UUID) -> list[str]:
    return [what for what, refers in _references.items() if refers(tier_id)]
