"""The kinds of the catalogue's jobs and what they are given."""

from uuid import UUID

from apps.jobs.contract import Params

EMPTY_TRASH = "catalog.empty_trash"
IDENTIFY = "catalog.identify"
DESCRIBE = "catalog.describe"


class IdentifyParams(Params):
    asset_id: UUID


class DescribeParams(Params):
    item_id: UUID


class EmptyTrashParams(Params):
    """It looks for itself."""
