"""Keeping the lasting copies of pictures, and moving many at once."""

from typing import Any

from apps.accounts.models import User
from apps.jobs.contract import Handler, JobContext, register
from apps.jobs.enums import Queue
from apps.jobs.errors import JobError
from apps.media.handlers.move import MOVE_ATTEMPTS, storage_told
from apps.media.services.pictures import keep_pictures, owner_of, settle
from apps.media.storage.pictures import family_of
from apps.media.work import KEEP_PICTURES, MOVE_PICTURES, KeepPicturesParams, MovePicturesParams

AVATARS = "avatars"


def avatar_changed(*, person: User, **_: Any) -> None:
    """Receiver of `avatar_changed` and `person_leaving`."""
    keep_pictures(folder=AVATARS, owner_id=person.pk)


@register
class KeepPictures(Handler[KeepPicturesParams]):
    """A picture that is on neither side may lie on another machine's disk: a worker there takes the next attempt, maybe."""

    kind = KEEP_PICTURES
    queue = Queue.IO
    params_type = KeepPicturesParams
    title = "Keep pictures where they belong"
    max_attempts = MOVE_ATTEMPTS

    def run(self, params: KeepPicturesParams, ctx: JobContext) -> dict[str, Any]:
        family = family_of(params.folder)
        try:
            with storage_told():
                return {"changed": settle(family=family, owner_id=params.owner_id, to=params.to, check=ctx.check)}
        except FileNotFoundError as error:
            sentence = "A picture is not where it should be."
            raise JobError("file_gone", sentence, retryable=True, staff_error=str(error)) from error


@register
class MovePictures(Handler[MovePicturesParams]):
    """Pictures that are lost are told as the result, so that the rest of a great move goes on."""

    kind = MOVE_PICTURES
    queue = Queue.IO
    params_type = MovePicturesParams
    title = "Move pictures to another storage"
    max_attempts = MOVE_ATTEMPTS

    def run(self, params: MovePicturesParams, ctx: JobContext) -> dict[str, Any]:
        moved, lost = 0, []
        for done, prefix in enumerate(params.prefixes):
            ctx.progress(done, len(params.prefixes), stage="Moving")
            family, owner_id = owner_of(prefix)
            try:
                with storage_told():
                    moved += settle(family=family, owner_id=owner_id, to=params.to, check=ctx.check)
            except FileNotFoundError as error:
                lost.append(str(error)[:300])
        return {"moved": moved, "lost": lost}
