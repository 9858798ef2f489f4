"""How a job ends early."""

from apps.core.errors import AppError


class JobError(Exception):
    """Raised by a handler: what went wrong, as a code and a sentence for the person who waits.

    `retryable` says whether trying again could help (a network that was away) or not (a file that is no media).
    `staff_error` keeps what only staff should read, for example the end of FFmpeg's stderr.
    """

    def __init__(self, code: str, sentence: str, *, retryable: bool = False, staff_error: str = "") -> None:
        super().__init__(sentence)
        self.code = code
        self.sentence = sentence
        self.retryable = retryable
        self.staff_error = staff_error


class LostLease(BaseException):
    """This attempt no longer owns its job: somebody else may be working on it. Nothing it writes counts any more."""


class Cancelled(BaseException):
    """The job was cancelled while it ran."""


class Suspended(BaseException):
    """The attempt ends here; the job waits for its children and will be claimed again."""


class UnknownKind(AppError):
    code = "unknown_job_kind"
