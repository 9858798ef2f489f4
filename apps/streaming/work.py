"""The kinds of streaming's jobs and what they are given."""

from uuid import UUID

from apps.jobs.contract import Params
from apps.media.enums import Place

PUBLISH = "streaming.publish"
ENCODE_LEAD = "streaming.encode_lead"
ENCODE_CHUNK = "streaming.encode_chunk"
ENCODE_CHUNK_GPU = "streaming.encode_chunk_gpu"
ENCODE_AUDIO = "streaming.encode_audio"
COPY_VIDEO = "streaming.copy_video"
EXTRACT_TEXT = "streaming.extract_text"
STORYBOARD = "streaming.storyboard"
COLLECT = "streaming.collect"
MOVE_GENERATION = "streaming.move_generation"
MOVE_STORAGE = "streaming.move_storage"
DEMO = "streaming.demo"

# Faults that have a cure of their own: the graphics card, and packets that were kept as they are.
HARDWARE, COPIED = "hardware", "copy"


class PublishParams(Params):
    """`again`: the item plays already and is encoded anew (other settings, or because somebody asked).

    `rungs` and `chunk` (its index): only these are encoded, and everything else is carried over from what plays.
    """

    item_id: UUID
    again: bool = False
    rungs: tuple[str, ...] = ()
    chunk: int | None = None

    @property
    def renewal(self) -> bool:
        return bool(self.rungs) or self.chunk is not None


class DemoParams(Params):
    """Whose it becomes. Sizes are those of the films."""

    owner_id: UUID
    width: int = 852
    height: int = 480
    seconds: float = 12


class GenerationParams(Params):
    generation_id: UUID


class ChunkParams(GenerationParams):
    index: int


class AudioParams(GenerationParams):
    """`track`: the number of the track in the plan, 1 for the main one."""

    track: int


class MoveGenerationParams(GenerationParams):
    to: Place


class MoveStorageParams(Params):
    """`limit`: at most so many sources, streams and pictures (of an item or a person) together."""

    to: Place
    limit: int | None = None
