"""The kinds of streaming's jobs and what they are given."""

from uuid import UUID

from apps.jobs.contract import Params

PUBLISH = "streaming.publish"
ENCODE_CHUNK = "streaming.encode_chunk"
ENCODE_AUDIO = "streaming.encode_audio"


class PublishParams(Params):
    item_id: UUID


class ChunkParams(Params):
    generation_id: UUID
    index: int


class AudioParams(Params):
    generation_id: UUID
    name: str
