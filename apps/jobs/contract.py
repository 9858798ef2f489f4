"""What a job handler is, and what it is given. An app's handlers know only this module and `apps.jobs.errors`.

    @register
    class Shrink(Handler[ShrinkParams]):
        kind = "media.shrink"
        queue = Queue.CPU
        params_type = ShrinkParams
        title = "Make a smaller copy"

        def run(self, params, ctx):
            probe = ctx.step("probe", lambda: probe_file(params.path))
            ...
            return {"size_bytes": size}

Everything between two steps may run again after a crash; what a step returned is stored and never runs again.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar, Generic, Protocol, TypeVar
from uuid import UUID

from pydantic import BaseModel

from apps.jobs.enums import Priority, Queue


class Params(BaseModel):
    """Base of a job kind's parameters: checked at submission, stored as JSON."""

    model_config = {"extra": "forbid", "frozen": True}


P = TypeVar("P", bound=Params)


@dataclass(frozen=True)
class Child:
    """One piece that a job hands out. `key` is unique among the parts of one `gather`."""

    kind: str
    params: Params
    key: str
    priority: Priority = Priority.NORMAL
    express: bool = False
    weight: int = 1


@dataclass(frozen=True)
class Outcome:
    """How a child ended well: its result as the handler returned it."""

    key: str
    result: Mapping[str, Any] = field(default_factory=dict)


class JobContext(Protocol):
    """A handler's view of the attempt that it runs in."""

    @property
    def job_id(self) -> UUID: ...

    @property
    def owner_id(self) -> UUID | None: ...

    @property
    def attempt(self) -> int:
        """1 for the first try of this leg (a leg ends when the job waits for children)."""

    @property
    def epoch(self) -> int:
        """Raised by every claim; part of every staging folder's name."""

    @property
    def queue(self) -> str:
        """The queue that the job was taken from; not its handler's where that one `falls_back_to` another."""

    @property
    def folder(self) -> Path:
        """An empty folder of this attempt alone. It is removed however the attempt ends."""

    def step(self, name: str, work: Callable[[], Any]) -> Any:
        """Runs `work` once over all attempts and returns its JSON-able result, now or from an earlier attempt."""

    def gather(self, name: str, children: Sequence[Child]) -> list[Outcome]:
        """Hands out children and returns their outcomes in order, once all have succeeded.

        The first call ends this attempt (the job waits, holds no worker) and the job is claimed again when the last
        child ends. If a child fails for good, the others are cancelled and JobError carries the child's reason.
        """

    def progress(
        self, done: int, total: int, *, stage: str | None = None, rate: float | None = None, note: str | None = None
    ) -> None:
        """Reports progress; written at most twice a second. `rate` is in units of `total` per second, or a speed factor."""

    def check(self) -> None:
        """Raises Cancelled or LostLease if this attempt should stop. Cheap: call it often."""

    @property
    def stopping(self) -> bool:
        """The same as a flag, for loops that must clean up first."""

    def slot(self, resource: str, *, capacity: int, per_owner: int | None = None) -> AbstractContextManager[None]:
        """Waits for one of `capacity` leases of a scarce thing (at most `per_owner` of them for one person)."""

    def still_mine(self) -> None:
        """Inside the caller's transaction: locks the job's row and raises LostLease unless this attempt still owns it.

        Call it before the writes that publish an attempt's work, in the same transaction.
        """


class Handler(ABC, Generic[P]):
    """One kind of work. Instances hold no state; one is made per attempt."""

    kind: ClassVar[str]
    queue: ClassVar[Queue] = Queue.DEFAULT
    params_type: ClassVar[type[Params]]
    title: ClassVar[str]
    max_attempts: ClassVar[int] = 4
    cap: ClassVar[int | None] = None  # how many of this kind may run at once, everywhere; staff may change it
    # Who takes it where nobody has begun with it, or with another part of its parent, after FALLBACK_HOLD; and what is left
    # when the last worker of its queue has gone. `ctx.queue` tells the handler.
    falls_back_to: ClassVar[Queue | None] = None

    @abstractmethod
    def run(self, params: P, ctx: JobContext) -> Mapping[str, Any] | None:
        """Does the work. Returns the job's result (JSON-able) or None; raises JobError for a known failure."""


_kinds: dict[str, type[Handler[Any]]] = {}


def register(handler: type[Handler[Any]]) -> type[Handler[Any]]:
    """Makes a kind known. Called from AppConfig.ready() by importing the module that is decorated with it."""
    if _kinds.setdefault(handler.kind, handler) is not handler:
        raise ValueError(f"two handlers for {handler.kind}")
    return handler


def known_kinds() -> Mapping[str, type[Handler[Any]]]:
    return _kinds
