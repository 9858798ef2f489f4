"""The kinds of media's own jobs and what they are given."""

from uuid import UUID

from apps.jobs.contract import Params

COLLECT = "media.collect"
TAKE_IN = "media.take_in"
EXPIRE = "media.expire_uploads"


class CollectParams(Params):
    pass


class UploadParams(Params):
    upload_id: UUID


class ExpireParams(Params):
    """It looks for itself."""
