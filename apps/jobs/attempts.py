"""One attempt at a job: the context that a handler is given, and how what it raises ends the job."""

import json
import logging
import shutil
import time
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction

from apps.core.log_lines import about
from apps.jobs import announce, conf
from apps.jobs.claims import Claim
from apps.jobs.contract import Child, Outcome
from apps.jobs.errors import Cancelled, JobError, LostLease, Suspended
from apps.jobs.models import JobStep
from apps.jobs.persistence import DATABASE_AWAY, persist
from apps.jobs.services import endings, fanout, slots
from apps.jobs.services.submit import handler_of, read_params
from apps.jobs.watch import Watch

_logger = logging.getLogger(__name__)
INTERNAL = "Something went wrong on our side. It was noted and will be looked at."
_SLOT_PAUSE_S = 0.5


class Attempt:
    """The JobContext of one claim (see `apps.jobs.contract.JobContext` for what each member promises)."""

    def __init__(self, claim: Claim, watch: Watch, folder: Path) -> None:
        self._claim = claim
        self._watch = watch
        self._folder = folder
        self._progress_at = 0.0

    @property
    def job_id(self) -> UUID:
        return self._claim.id

    @property
    def owner_id(self) -> UUID | None:
        return self._claim.owner_id

    @property
    def attempt(self) -> int:
        return self._claim.attempt

    @property
    def epoch(self) -> int:
        return self._claim.epoch

    @property
    def queue(self) -> str:
        return self._claim.queue

    @property
    def folder(self) -> Path:
        self._folder.mkdir(parents=True, exist_ok=True)
        return self._folder

    @property
    def stopping(self) -> bool:
        return self._watch.lost or self._watch.cancelled

    def check(self) -> None:
        if self._watch.lost:
            raise LostLease
        if self._watch.cancelled:
            raise Cancelled

    def step(self, name: str, work: Callable[[], Any]) -> Any:
        self.check()
        known = persist(lambda: JobStep.objects.filter(job_id=self.job_id, name=name).first())
        if known is not None:
            return known.result
        result = json.loads(json.dumps(work()))
        persist(lambda: self._save_step(name, result))
        return result

    def _save_step(self, name: str, result: Any) -> None:
        with transaction.atomic():
            self.still_mine()
            JobStep.objects.get_or_create(
                job_id=self.job_id, name=name, defaults={"epoch": self.epoch, "result": result}
            )

    def gather(self, name: str, children: Sequence[Child]) -> list[Outcome]:
        self.check()
        return persist(lambda: fanout.gather(self._claim, name, children))

    def still_mine(self) -> None:
        if endings.mine(self._claim).select_for_update().values_list("pk").first() is None:
            raise LostLease

    def progress(
        self, done: int, total: int, *, stage: str | None = None, rate: float | None = None, note: str | None = None
    ) -> None:
        self.check()
        now = time.monotonic()
        if now - self._progress_at < conf.PROGRESS_S and done < total:
            return
        self._progress_at = now
        fields: dict[str, Any] = {"progress_done": done, "progress_total": total, "rate": rate}
        fields |= {"stage": stage[:80]} if stage is not None else {}
        fields |= {"note": note[:200]} if note is not None else {}
        try:
            held = endings.mine(self._claim).update(**fields)
        except DATABASE_AWAY:
            connection.close()  # progress may be missed; the lease is the watch's business
            return
        if not held:
            raise LostLease
        self._tell(fields)

    def _tell(self, fields: Mapping[str, Any]) -> None:
        payload = {"job": str(self.job_id), "done": fields["progress_done"], "total": fields["progress_total"]}
        payload |= {name: fields[name] for name in ("rate", "stage", "note") if fields.get(name) is not None}
        announce.progressed(
            job_id=self.job_id, parent_id=self._claim.parent_id, subject=self._claim.subject, payload=payload
        )

    @contextmanager
    def slot(self, resource: str, *, capacity: int, per_owner: int | None = None) -> Iterator[None]:
        while True:
            self.check()
            lease = slots.try_take(
                resource,
                capacity=capacity,
                job_id=self.job_id,
                epoch=self.epoch,
                owner_id=self.owner_id,
                per_owner=per_owner,
            )
            if lease is not None:
                break
            time.sleep(_SLOT_PAUSE_S)
        try:
            yield
        finally:
            persist(lambda: slots.give_back(lease))


def work_folder(claim: Claim) -> Path:
    return Path(settings.WORK_DIR) / str(claim.id) / f"{claim.epoch}-{claim.token}"


def run(claim: Claim) -> None:
    """Runs the handler of a claimed job and ends the attempt, whatever the handler does."""
    folder = work_folder(claim)
    try:
        with about(request_id=claim.request_id, job_id=str(claim.id)), Watch(claim) as watch:
            _run_watched(claim, Attempt(claim, watch, folder))
    except LostLease:
        _logger.warning("Job %s: attempt %s lost its lease; its writes count no more", claim.id, claim.epoch)
    finally:
        _clean_up(claim)


def _run_watched(claim: Claim, attempt: Attempt) -> None:
    try:
        result = _handle(claim, attempt)
    except Suspended:
        return
    except Cancelled:
        persist(lambda: endings.stop_cancelled(claim))
    except JobError as error:
        _logger.info("Job %s (%s): %s", claim.id, claim.kind, error.code)
        failure = error
        persist(lambda: endings.fail_or_retry(claim, failure))
    else:
        persist(lambda: endings.succeed(claim, result))


def _handle(claim: Claim, attempt: Attempt) -> Mapping[str, Any]:
    """The handler's result. The one place with a broad `except`: what a handler did not foresee becomes a JobError."""
    try:
        handler = handler_of(claim.kind)()
        persist(lambda: endings.started(claim))
        return handler.run(read_params(claim.kind, claim.params), attempt) or {}
    except JobError:
        raise
    except DATABASE_AWAY as error:
        raise JobError("database_away", INTERNAL, retryable=True, staff_error=str(error)) from error
    except Exception as error:
        _logger.exception("Job %s (%s) failed unexpectedly", claim.id, claim.kind)
        raise JobError("internal", INTERNAL, retryable=True, staff_error=traceback.format_exc()) from error


def _clean_up(claim: Claim) -> None:
    """Removes this attempt's folder, and those of earlier ones that were killed before they could do so."""
    own = work_folder(claim)
    for folder in own.parent.glob("*-*"):
        if folder == own or int(folder.name.partition("-")[0]) < claim.epoch:
            shutil.rmtree(folder, ignore_errors=True)
    with suppress(OSError):  # a later attempt may be at work in it
        own.parent.rmdir()
