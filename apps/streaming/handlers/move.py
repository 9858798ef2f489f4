"""Moving between storages: one stream, and everything."""

from collections.abc import Sequence
from functools import partial
from itertools import islice
from typing import Any
from uuid import UUID

from apps.jobs.contract import Child, Handler, JobContext, register
from apps.jobs.enums import Priority, Queue
from apps.media.enums import Place
from apps.media.handlers.move import MOVE_ATTEMPTS, mover_of, storage_told
from apps.media.services.move import move
from apps.media.services.pictures import pictures_elsewhere
from apps.media.work import MOVE_ASSET, MOVE_PICTURES, MoveAssetParams, MovePicturesParams
from apps.streaming.models import Generation
from apps.streaming.services.move import assets_elsewhere, generation_moved, generations_elsewhere, move_home
from apps.streaming.work import MOVE_GENERATION, MOVE_STORAGE, MoveGenerationParams, MoveStorageParams

_BATCH = 200
_PICTURES = 2000
_PICTURES_A_JOB = 50


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
    """Everything that lives elsewhere, oldest first, a batch at a time: one job for each source and stream, then the pictures,
    one job for many.
    """

    kind = MOVE_STORAGE
    queue = Queue.DEFAULT
    params_type = MoveStorageParams
    title = "Move files, streams and pictures to another storage"
    max_attempts = MOVE_ATTEMPTS

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
        rest = None if params.limit is None else params.limit - moved - lost
        pictures = _move_pictures(params.to, rest, ctx)
        return {"moved": moved + pictures["moved"], "lost": lost + pictures["lost"]}


def _move_pictures(to: Place, limit: int | None, ctx: JobContext) -> dict[str, int]:
    """Each choice costs a listing of the bucket's pictures: so many are chosen at once."""
    done, after, batch = {"moved": 0, "lost": 0}, "", 0
    while room := _PICTURES if limit is None else min(_PICTURES, limit - sum(done.values())):
        with storage_told():
            chosen = ctx.step(f"choose pictures {batch}", partial(_choose_pictures, to, after, room))
        if not chosen:
            break
        parts = [
            Child(MOVE_PICTURES, MovePicturesParams(prefixes=tuple(part), to=to), f"pictures {part[0]}", Priority.LOW)
            for part in (chosen[start : start + _PICTURES_A_JOB] for start in range(0, len(chosen), _PICTURES_A_JOB))
        ]
        outcomes = ctx.gather(f"move pictures {batch}", parts)
        lost = sum(len(outcome.result["lost"]) for outcome in outcomes)
        done = {"moved": done["moved"] + len(chosen) - lost, "lost": done["lost"] + lost}
        after, batch = chosen[-1], batch + 1
    return done


def _choose_pictures(to: Place, after: str, room: int) -> list[str]:
    return list(islice(pictures_elsewhere(to, after=after), room))


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
