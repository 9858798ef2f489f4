"""What can go wrong below, as a code and a sentence for whoever waits."""

from collections.abc import Iterator
from contextlib import contextmanager

from apps.core.errors import AppError
from apps.jobs.errors import JobError
from apps.media.errors import ProgramError, ProgramKilled
from apps.streaming.encode.parts import BadOutput
from apps.streaming.services.commit import GenerationGone


@contextmanager
def told_plainly() -> Iterator[None]:
    """Turns the errors of services into JobErrors. A program that was killed from outside is worth another try."""
    try:
        yield
    except AppError as error:
        raise JobError(error.code, error.message) from error
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


def _detail(error: ProgramError) -> str:
    return f"{error}\n{error.stderr}"
