"""Processes that claim and do jobs as workers do, pinned to cores where that is measured."""

import multiprocessing
import os
import resource
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from multiprocessing.context import ForkProcess
from pathlib import Path

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import connections

from apps.jobs.enums import Queue
from apps.jobs.models import Job
from apps.jobs.runner import run_next
from apps.jobs.services.cancel import cancel
from apps.streaming.models import Generation
from apps.streaming.services.ingest import ingest_file

_ENCODER, _OTHERS = (Queue.CPU,), (Queue.DEFAULT, Queue.IO)
_PATIENCE_S = 1800

# Nothing wakes these workers, so they look for work: often at first, then so that looking costs an encoder next to nothing.
_LOOK_SOON_S, _LOOK_LATER_S = 0.01, 0.3


@contextmanager
def own_settings() -> Iterator[None]:
    """What a measurement changes is put back. FFmpeg runs as FFmpeg alone does: a busy machine must not decide for one."""
    kept = settings.STREAMING, getattr(settings, "MEDIA_LIMITS", {})
    settings.MEDIA_LIMITS = {**kept[1], "niceness": os.nice(0)}
    try:
        yield
    finally:
        settings.STREAMING, settings.MEDIA_LIMITS = kept


@dataclass
class Crew:
    """Running workers. `memory_mb` is what Python alone needed at most, per worker, known when they have ended."""

    processes: list[ForkProcess] = field(default_factory=list)
    ends: list[Connection] = field(default_factory=list)
    memory_mb: list[float] = field(default_factory=list)


@contextmanager
def crew(cores: Sequence[frozenset[int]]) -> Iterator[Crew]:
    """One encoder for each set of cores, and on the first set the worker for all else, as on a site. Until the block ends."""
    found = Crew()
    connections.close_all()
    context = multiprocessing.get_context("fork")
    try:
        for queues, allowed in [(_OTHERS, cores[0]), *((_ENCODER, allowed) for allowed in cores)]:
            ours, theirs = context.Pipe()
            process = context.Process(target=_work, args=(queues, allowed, theirs), daemon=True)
            process.start()
            found.processes.append(process)
            found.ends.append(ours)
        yield found
    finally:
        for end, process in zip(found.ends, found.processes, strict=True):
            end.send("stop")
            found.memory_mb.append(end.recv())
            process.join()


def _work(queues: Sequence[Queue], allowed: frozenset[int], end: Connection) -> None:
    os.sched_setaffinity(0, allowed)
    pause = _LOOK_SOON_S
    while not end.poll(pause):
        done = [run_next(queue) for queue in queues]
        pause = 0 if any(done) else min(max(_LOOK_SOON_S, 1.2 * pause), _LOOK_LATER_S)
    end.send(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
    connections.close_all()


@dataclass(frozen=True)
class Took:
    """Seconds from the moment the file was handed in: until something plays, and until all is published."""

    watchable_s: float
    published_s: float
    folder: Path


def publish(source: Path, *, until_watchable: bool = False) -> Took:
    """Hands a file in and waits for the crew. What the file is has been found out before the clock starts.

    With `until_watchable` the rest is cancelled as soon as something plays.
    """
    person, _ = get_user_model().objects.get_or_create(username="bench", defaults={"email": "bench@example.org"})
    item, job = ingest_file(path=source, title=source.stem, owner=person)
    started = time.monotonic()
    watchable = None
    while time.monotonic() - started < _PATIENCE_S:
        generation = Generation.objects.filter(item=item).order_by("-number").first()
        if watchable is None and generation and generation.watchable_at:
            watchable = time.monotonic() - started
            if until_watchable:
                cancel(job_id=job.pk)
                return Took(watchable, watchable, generation.folder)
        state = Job.objects.values_list("state", "error_message").get(pk=job.pk)
        if state[0] in {"succeeded", "failed", "cancelled"}:
            break
        time.sleep(_LOOK_SOON_S if until_watchable else _LOOK_LATER_S)
    if state[0] != "succeeded" or generation is None:
        raise RuntimeError(f"{source.name} was not published: {state}")
    took = time.monotonic() - started
    return Took(watchable if watchable is not None else took, took, generation.folder)
