"""How an item becomes playable, or not: called by whoever prepares its streams, inside their transaction."""

from uuid import UUID

from apps.catalog.enums import MOVES, State
from apps.catalog.models import Item
from apps.catalog.services.describe import start_describing
from apps.core.realtime.hub import publish
from apps.core.state import transition


def mark_growing(*, item_id: UUID) -> None:
    """The beginning plays, the rest is being made. Now there is time to describe it."""
    if transition(Item.objects.filter(pk=item_id), moves=MOVES, sources=[State.PREPARING], target=State.GROWING):
        publish(f"item:{item_id}", "item.growing", ref=item_id)
        start_describing(item_id=item_id)


def mark_ready(*, item_id: UUID, duration_ms: int) -> None:
    """The item plays from now on. One that is ready already (encoded anew) stays so; its length may have changed."""
    rows = Item.objects.filter(pk=item_id)
    transition(
        rows,
        moves=MOVES,
        sources=[State.PREPARING, State.GROWING, State.FAILED],
        target=State.READY,
        trouble="",
        trouble_code="",
    )
    rows.update(duration_ms=duration_ms)
    publish(f"item:{item_id}", "item.ready", ref=item_id)
    start_describing(item_id=item_id)


def mark_failed(*, item_id: UUID, code: str, sentence: str) -> None:
    """The item cannot be played. One that is ready stays ready: its earlier streams are still there."""
    if transition(
        Item.objects.filter(pk=item_id),
        moves=MOVES,
        sources=[State.PREPARING, State.GROWING],
        target=State.FAILED,
        trouble=sentence[:500],
        trouble_code=code[:60],
    ):
        publish(f"item:{item_id}", "item.failed", ref=item_id)


def mark_preparing(*, item_id: UUID) -> None:
    """A failed item is tried again, or what grew is begun anew."""
    if transition(
        Item.objects.filter(pk=item_id),
        moves=MOVES,
        sources=[State.FAILED, State.GROWING],
        target=State.PREPARING,
        trouble="",
        trouble_code="",
    ):
        publish(f"item:{item_id}", "item.preparing", ref=item_id)
