"""Moving between storages: one stream, and everything."""

from collections.abc import Sequence
from functools import partial
from typing import Any
from uuid import UUID

from apps.jobs.contract import Child, Handler, JobContext, register
from apps.jobs.enums import Priority, Queue
from apps.media.enums import Place
from apps.media.handlers.move import MOVE_ATTEMPTS, mover_of, storage_told
from apps.media.services.move import move
from apps.media.work import MOVE_ASSET, MoveAssetParams
from apps.streaming.models import Generation
from apps.streaming.services.move import assets_elsewhere, generation_moved, generations_elsewhere, move_home
from apps.streaming.work import MOVE_GENERATION, MOVE_STORAGE, MoveGenerationParams, MoveStorageParams

_BATCH = 200


def move_wanted(*, item_id: UUID, **_: Any) -> None:
    """Receiver of `generation_published`."""
    move_home(item_id=item_id)


@register
class MoveGeneration(Handler[MoveGenerationParams]):
    """A stream of which files are lost is told as the result, so that the rest of a great move goes on."""

    kind = MOVE_GENERATION
    queue = Queue.IO
    params_type = MoveGenerationParams
    title = "Move a stream to another storage"
    max_attempts = MOVE_ATTEMPTS

    def run(self, params: MoveGenerationParams, ctx: JobContext) -> dict[str, Any]:
        generation = Generation.objects.filter(pk=params.generation_id).first()
        if generation is None:
            return {"moved": False}
        try:
            with storage_told():
                return {"moved": move(moved=generation_moved(generation), to=params.to, by=mover_of(ctx))}
        except FileNotFoundError as error:
            return {"moved": False, "lost": str(error)[:300]}


@register
class MoveStorage(Handler[MoveStorageParams]):
    """Everything that lives elsewhere, oldest first, one job for each, a batch at a time."""

    kind = MOVE_STORAGE
    queue = Queue.DEFAULT
    params_type = MoveStorageParams
    title = "Move files and streams to another storage"

    def run(self, params: MoveStorageParams, ctx: JobContext) -> dict[str, Any]:
        moved, lost, batch = 0, 0, 0
        after = {"assets": "", "generations": ""}
        while room := _BATCH if params.limit is None else min(_BATCH, params.limit - moved - lost):
            chosen = ctx.step(f"choose {batch}", partial(_choose, params.to, after, room))
            if not any(chosen.values()):
                break
            outcomes = ctx.gather(f"move {batch}", _children(chosen, params.to))
            lost += sum("lost" in outcome.result for outcome in outcomes)
            moved += sum("lost" not in outcome.result for outcome in outcomes)
            after = {name: ids[-1] if ids else after[name] for name, ids in chosen.items()}
            batch += 1
        return {"moved": moved, "lost": lost}


def _choose(to: Place, after: dict[str, str], room: int) -> dict[str, list[str]]:
    """The next ones: sources first, then streams."""
    found: dict[str, list[str]] = {}
    for name, rows in (("assets", assets_elsewhere(to)), ("generations", generations_elsewhere(to))):
        behind = rows.filter(pk__gt=after[name]) if after[name] else rows
        left = room - sum(map(len, found.values()))
        found[name] = [str(pk) for pk in behind.order_by("pk").values_list("pk", flat=True)[:left]]
    return found


def _children(chosen: dict[str, Sequence[str]], to: Place) -> list[Child]:
    assets = [
        Child(MOVE_ASSET, MoveAssetParams(asset_id=UUID(pk), to=to), f"asset {pk}", priority=Priority.LOW)
        for pk in chosen["assets"]
    ]
    return assets + [
        Child(MOVE_GENERATION, MoveGenerationParams(generation_id=UUID(pk), to=to), f"stream {pk}", Priority.LOW)
        for pk in chosen["generations"]
    ]
