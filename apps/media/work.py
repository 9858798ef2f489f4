"""The kinds of media's own jobs and what they are given."""

from uuid import UUID

from apps.jobs.contract import Params
from apps.media.enums import Place

COLLECT = "media.collect"
MOVE_ASSET = "media.move_asset"
TAKE_IN = "media.take_in"
EXPIRE = "media.expire_uploads"
KEEP_PICTURES = "media.keep_pictures"
MOVE_PICTURES = "media.move_pictures"


class CollectParams(Params):
    pass


class MoveAssetParams(Params):
    asset_id: UUID
    to: Place


class KeepPicturesParams(Params):
    """Those of one thing. `to` None: nothing is carried, only what it has no more is removed from the bucket."""

    folder: str
    owner_id: UUID
    to: Place | None


class MovePicturesParams(Params):
    """`prefixes`: `covers/<item>/`, `avatars/<person>/`."""

    prefixes: tuple[str, ...]
    to: Place


class UploadParams(Params):
    upload_id: UUID


class ExpireParams(Params):
    """It looks for itself."""
