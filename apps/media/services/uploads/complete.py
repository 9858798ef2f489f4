"""All bytes are there: the last request answers at once, a job looks at the file."""

from apps.core.state import transition
from apps.jobs.enums import Priority
from apps.jobs.services.submit import submit
from apps.media.enums import UPLOAD_MOVES, UploadState
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
    submit(
        kind=TAKE_IN,
        params=UploadParams(upload_id=upload.pk),
        owner_id=upload.owner_id,
        subject=f"media.upload:{upload.pk}",
        priority=Priority.HIGH,
        idempotency_key=f"{TAKE_IN}:{upload.pk}",
    )
