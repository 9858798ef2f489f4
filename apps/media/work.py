"""The kinds of media's own jobs and what they are given."""

from uuid import UUID

from apps.jobs.contract import Params
from apps.media.enums import Place

COLLECT = "media.collect"
MOVE_ASSET = "media.move_asset"
TAKE_IN = "media.take_in"
EXPIRE = "media.expire_uploads"


class CollectParams(Params):
    pass


class MoveAssetParams(Params):
    asset_id: UUID
    to: Place


class UploadParams(Params):
    upload_id: UUID


class ExpireParams(Params):
    """It looks for itself."""
