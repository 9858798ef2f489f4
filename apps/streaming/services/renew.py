"""Encoding a part of what plays anew: one rung, or one piece of the film.

Generations stay as they are. The next one gets the named parts from the encoder and everything else from the published
one, as further names of the same files; it is judged as a whole before it replaces that one (docs/adr/0012).
"""

import shutil
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import replace
from uuid import UUID

from django.db import transaction

from apps.catalog.models import Item
from apps.core.errors import Conflict, Invalid
from apps.jobs.models import Job
from apps.media import disk
from apps.media.enums import Place
from apps.streaming.conf import streaming
from apps.streaming.encode.hls import INIT
from apps.streaming.encode.parts import segments_from_json
from apps.streaming.encoders import bind_encoders
from apps.streaming.enums import RenditionKind
from apps.streaming.models import ChunkOutput, Generation, Rendition
from apps.streaming.plan import Plan
from apps.streaming.services.again import publish_again
from apps.streaming.services.beside import PEAKS, PROGRESSIVE, STORY
from apps.streaming.services.plan import begun_by, create_generation, lock_item
from apps.streaming.work import PublishParams

_BESIDE = (PEAKS, PROGRESSIVE, STORY)


def renew_parts(*, item: Item, rungs: Sequence[str] = (), chunk: int | None = None) -> Job:
    """Queues the encoding of these rungs (all, if none is named), of all their pieces or of one.

    Raises Invalid for parts that there are not, and Conflict where nothing plays yet or work is under way.
    """
    published = Generation.objects.of_item(item.pk).published().first()
    if published is None:
        raise Conflict("Nothing of this plays yet, so there is no part to renew.", code="not_published")
    _check_near(published)
    _check_parts(published.what_to_make, rungs, chunk)
    return publish_again(
        item=item, params=PublishParams(item_id=item.pk, again=True, rungs=tuple(sorted(set(rungs))), chunk=chunk)
    )


def start_renewal(*, item_id: UUID, job_id: UUID, rungs: Sequence[str], chunk: int | None) -> Generation:
    """The generation that this publication works on, with what it does not encode in its place. Safe to repeat."""
    with transaction.atomic():
        lock_item(item_id)
        if begun := begun_by(item_id=item_id, job_id=job_id):
            return begun
        kept = Generation.objects.of_item(item_id).published().first()
        if kept is None:
            raise Conflict("What was to be renewed is no longer played.", code="not_published")
        _check_near(kept)
        whole = kept.what_to_make
        _check_parts(whole, rungs, chunk)
        names = _renewed_names(whole, rungs, chunk)
        plan = whole if chunk is not None else _rebound(whole, names)
        made = create_generation(item_id, job_id, replace(plan, lead=False), kept.recipe, _note(kept, rungs, chunk))
        _carry_over(kept, made, names, chunk)
        return made


def _check_near(published: Generation) -> None:
    if published.storage != Place.LOCAL:
        raise Conflict("These streams lie in another storage: encode all of it anew instead.", code="elsewhere")


def _check_parts(plan: Plan, rungs: Sequence[str], chunk: int | None) -> None:
    cut = [rung.name for rung in plan.video.encoded] if plan.video else []
    sound = [rung.name for track in plan.audio for rung in track.rungs]
    known = set(cut) if chunk is not None else {*cut, *sound}
    if not rungs and chunk is None:
        raise Invalid("Name a rung or a piece.", code="parts")
    if unknown := sorted(set(rungs) - known):
        raise Invalid(f"There is nothing called {unknown[0][:40]} to encode here.", code="parts")
    if chunk is not None and not 0 <= chunk < plan.chunks:
        raise Invalid("There is no such piece.", code="parts")


def _renewed_names(plan: Plan, rungs: Sequence[str], chunk: int | None) -> set[str]:
    """The renditions that are encoded. All rungs of one track of sound come out of one run of the encoder."""
    names = set(rungs)
    if chunk is not None and not names and plan.video:
        return {rung.name for rung in plan.video.encoded}
    for track in plan.audio:
        own = {rung.name for rung in track.rungs}
        names |= own if own & names else set()
    return names


def _rebound(plan: Plan, names: Collection[str]) -> Plan:
    """The named rungs get the encoder that would be chosen today."""
    today = bind_encoders(plan, streaming().encoder).video
    if plan.video is None or today is None:
        return plan
    bound = {rung.name: rung for rung in today.rungs if rung.name in names}
    return replace(plan, video=replace(plan.video, rungs=tuple(bound.get(r.name, r) for r in plan.video.rungs)))


def _note(kept: Generation, rungs: Sequence[str], chunk: int | None) -> str:
    what = ", ".join(rungs) or "All rungs"
    where = f", piece {chunk + 1}" if chunk is not None else ""
    return f"{what}{where} encoded anew; the rest is that of {kept}."


def _carry_over(kept: Generation, made: Generation, names: Collection[str], chunk: int | None) -> None:
    """Files first, then the rows that name them. The folder may hold what a transaction before this one left."""
    shutil.rmtree(made.folder, ignore_errors=True)
    before = {row.name: row for row in kept.renditions.exclude(kind=RenditionKind.TEXT)}
    pieces: defaultdict[UUID, list[ChunkOutput]] = defaultdict(list)
    for piece in ChunkOutput.objects.filter(generation=kept, complete=True):
        pieces[piece.rendition_id].append(piece)
    for rendition in made.renditions.exclude(kind=RenditionKind.TEXT):
        old = before.get(rendition.name)
        if old is None or (rendition.name in names and chunk is None):
            continue
        left_out = chunk if rendition.name in names else None
        _carry_rendition(old, rendition, made, [piece for piece in pieces[old.pk] if piece.index != left_out])
    _carry_beside(kept, made, names)


def _carry_rendition(old: Rendition, new: Rendition, made: Generation, pieces: Sequence[ChunkOutput]) -> None:
    old_folder, new.generation = old.folder, made
    new.folder.mkdir(parents=True)
    disk.link_or_copy(old_folder / INIT, new.folder / INIT)
    for piece in pieces:
        for segment in segments_from_json(piece.segments):
            disk.link_or_copy(old_folder / segment.name, new.folder / segment.name)
    disk.sync_file(new.folder)
    new.codecs, new.timescale, new.init_sha256 = old.codecs, old.timescale, old.init_sha256
    new.save(update_fields=["codecs", "timescale", "init_sha256", "updated_at"])
    ChunkOutput.objects.bulk_create(
        ChunkOutput(
            generation=made,
            rendition=new,
            index=piece.index,
            job_id=piece.job_id,
            epoch=piece.epoch,
            segments=piece.segments,
            complete=True,
        )
        for piece in pieces
    )


def _carry_beside(kept: Generation, made: Generation, names: Collection[str]) -> None:
    """What was made of renditions that stay: waveforms and the whole file of the sound, pictures of the lowest rung."""
    plan = kept.what_to_make
    sound = {rung.name for track in plan.audio if track.main for rung in track.rungs}
    if not sound & set(names):
        made.peaks, made.progressive = kept.peaks, kept.progressive
    made.storyboard = kept.storyboard and plan.video is not None and plan.video.lowest.name not in names
    for name, there in zip(_BESIDE, (made.peaks, made.progressive, made.storyboard), strict=True):
        if there:
            (made.folder / name).mkdir(parents=True, exist_ok=True)
            for path in sorted((kept.folder / name).iterdir()):
                disk.link_or_copy(path, made.folder / name / path.name)
    made.save(update_fields=["peaks", "progressive", "storyboard", "updated_at"])
