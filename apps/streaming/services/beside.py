"""What lies in a generation beside its renditions: waveforms, text, pictures for the seek bar, one whole file.

Everything is kept like parts of renditions are: the job's row is locked first, so that an attempt that lost its job moves
nothing; then the files, then the rows that name them.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.db import transaction

from apps.media import disk
from apps.media.room import prove_room
from apps.media.services.loudness import keep_loudness
from apps.media.sound.meter import Sound
from apps.streaming.models import Generation
from apps.streaming.querysets import GenerationQuerySet
from apps.streaming.services.commit import Attempt, GenerationGone

PEAKS, STORY, PROGRESSIVE = "peaks", "story", "progressive"


@contextmanager
def keeping(generation: Generation, attempt: Attempt) -> Iterator[GenerationQuerySet]:
    """A transaction in which this attempt adds to the generation, which is given as a locked query of one row.

    Raises LostLease, and GenerationGone where nothing of it is played or made any more.
    """
    with transaction.atomic():
        attempt.still_mine()
        own = Generation.objects.filter(pk=generation.pk).wanted()
        if not own.select_for_update().exists():
            raise GenerationGone
        yield own


def place_all(source: Path, target: Path) -> None:
    """Moves all files of a folder into another one. What an earlier attempt left there is replaced. Raises DiskFull."""
    prove_room(source)
    target.mkdir(parents=True, exist_ok=True)
    for path in sorted(source.iterdir()):
        disk.place(path, target / path.name)
    disk.sync_file(target)


def keep_sound(*, generation: Generation, sound: Sound, attempt: Attempt) -> None:
    """The waveforms, and how loud the source is."""
    with keeping(generation, attempt) as own:
        place_all(sound.folder, generation.folder / PEAKS)
        own.update(peaks=True)
        asset_id = generation.item.asset_id
        if asset_id is not None:
            keep_loudness(asset_id=asset_id, measured=sound.measured)
