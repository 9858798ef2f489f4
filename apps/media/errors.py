"""Why a file is not taken, and how a program can fail us."""

from apps.core.errors import AppError


class MediaRefused(AppError):
    """This file is nothing that people could play; the sentence says why."""

    code = "not_media"
    status = 422


class FileGone(AppError):
    """A stored file is no longer where it should be."""

    code = "file_gone"
    status = 404


class StorageTrouble(AppError):
    """S3 does not do what it was asked. Trying again later helps once somebody has mended it; `detail` tells staff what."""

    code = "storage_away"
    status = 503

    def __init__(self, detail: str) -> None:
        super().__init__("The storage of this site does not answer at the moment. Please try again later.")
        self.detail = detail


class Damaged(StorageTrouble):
    """S3 answers, but what it gives of one thing is not what was put there."""


class DiskFull(Exception):
    """There is no room where files are to be written. The text is for staff. Once there is room, trying again helps."""


class ProgramError(Exception):
    """FFmpeg or ffprobe ended without doing what it was asked. `stderr` is the end of what it said, for staff."""

    def __init__(self, message: str, stderr: str = "") -> None:
        super().__init__(message)
        self.stderr = stderr


class ProgramFailed(ProgramError):
    """It gave up on its own: mostly the input's fault."""


class ProgramKilled(ProgramError):
    """Something outside ended it (a signal, or memory that was full): trying again can help."""


class ProgramStalled(ProgramError):
    """It made no progress for too long and was stopped."""


class ProgramTooSlow(ProgramError):
    """It passed its time limit and was stopped."""


class UploadRefused(AppError):
    """What a tus client is told; the status is the protocol's."""

    code = "upload"


class NoSuchUpload(UploadRefused):
    code = "not_found"
    status = 404


class UploadGone(UploadRefused):
    """It was there: expired, or refused after it was whole."""

    code = "gone"
    status = 410


class UploadLocked(UploadRefused):
    """Another request is writing. Clients try again by themselves."""

    code = "locked"
    status = 423


class WrongOffset(UploadRefused):
    code = "wrong_offset"
    status = 409


class TooLarge(UploadRefused):
    code = "too_large"
    status = 413


class WrongChecksum(UploadRefused):
    code = "wrong_checksum"
    status = 460


class TooManyUploads(UploadRefused):
    """`status` 429 where the person has to do something, 409 where waiting a little helps: clients then try again."""

    code = "too_many_uploads"
    status = 429


class NoRoom(UploadRefused):
    code = "no_room"
    status = 507
