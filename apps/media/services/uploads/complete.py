"""All bytes are there: the last request answers at once, a job looks at the file."""

from apps.core.state import transition
from apps.jobs.enums import Priority
from apps.jobs.services.submit import TooManyJobs, submit
from apps.media.enums import UPLOAD_MOVES, UploadState
from apps.media.errors import TooManyUploads
from apps.media.models import Upload
from apps.media.work import TAKE_IN, UploadParams


def complete(upload: Upload) -> None:
    """Inside the transaction that holds the upload's row, or has just made it."""
    if transition(
        Upload.objects.filter(pk=upload.pk),
        moves=UPLOAD_MOVES,
        sources=[UploadState.RECEIVING],
        target=UploadState.CHECKING,
    ):
        upload.state = UploadState.CHECKING
        submit_check(upload)


def submit_check(upload: Upload) -> None:
    """Raises TooManyUploads with a status that clients try again: the bytes that came before are safe."""
    try:
        submit(
            kind=TAKE_IN,
            params=UploadParams(upload_id=upload.pk),
            owner_id=upload.owner_id,
            subject=f"media.upload:{upload.pk}",
            priority=Priority.HIGH,
            idempotency_key=f"{TAKE_IN}:{upload.pk}",
        )
    except TooManyJobs as error:
        raise TooManyUploads(error.message, code=error.code, status=409) from error
