"""What can go wrong below, as a code and a sentence for whoever waits."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager

from apps.core.errors import AppError
from apps.jobs.errors import JobError
from apps.jobs.services.alerts import raise_alert
from apps.media.errors import DiskFull, ProgramError, ProgramKilled, StorageTrouble
from apps.media.room import full_disk_told
from apps.streaming.encode.parts import BadOutput
from apps.streaming.services.commit import GenerationGone


@contextmanager
def told_plainly() -> Iterator[None]:
    """Turns the errors of services into JobErrors. A program that was killed from outside is worth another
    try, and so is a disk that was full: staff are told of it."""
    try:
        with full_disk_told():
            yield
    except StorageTrouble as error:
        raise JobError(error.code, error.message, retryable=True, staff_error=error.detail) from error
    except AppError as error:
        raise JobError(error.code, error.message) from error
    except DiskFull as error:
        raise _no_room(error) from error
    except ProgramKilled as error:
        sentence = "Encoding was interrupted."
        raise JobError("encoder_killed", sentence, retryable=True, staff_error=_detail(error)) from error
    except ProgramError as error:
        sentence = "This file could not be encoded: it seems to be damaged."
        raise JobError("encoder_failed", sentence, staff_error=_detail(error)) from error
    except BadOutput as error:
        sentence = "Encoding this file did not give a stream that plays."
        raise JobError(f"output_{error.code}", sentence, staff_error=str(error)) from error
    except GenerationGone as error:
        raise JobError("superseded", "This was no longer needed.") from error


def _no_room(error: DiskFull) -> JobError:
    """Staff hear of it at once: every job of this machine is about to meet it."""
    raise_alert("disk.full", subject=socket.gethostname(), details={"where": str(error)[:500]})
    sentence = "The disk of this site is full: there is no room to go on."
    return JobError("disk_full", sentence, retryable=True, staff_error=str(error))


def _detail(error: ProgramError) -> str:
    return f"{error}\n{error.stderr}"
