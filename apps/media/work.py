"""The kinds of media's own jobs and what they are given."""

from apps.jobs.contract import Params

COLLECT = "media.collect"


class CollectParams(Params):
    pass
