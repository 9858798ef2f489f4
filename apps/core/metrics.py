"""What `/metrics` tells. Apps register what they can count; it is asked each time somebody looks.

    metrics.register("jobs", collect)      # collect() -> Iterable[Metric]

Requests are those of the process that answers (one daphne is one process; several are scraped one by one). Everything else
comes from the database, so any process tells of all workers.
"""

import logging
import shutil
from collections.abc import Callable, Iterable, Iterator

from django.conf import settings
from django.db import DatabaseError
from prometheus_client import generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from apps.core.request_counts import registry

Collect = Callable[[], Iterable[Metric]]
_logger = logging.getLogger(__name__)
_collects: dict[str, Collect] = {}


def register(name: str, collect: Collect) -> None:
    _collects[name] = collect


class _Everything(Collector):
    """A part that cannot be asked is missing, and counted as such; the others are told."""

    def collect(self) -> Iterator[Metric]:
        told = GaugeMetricFamily(
            "bandstand_part_told", "Whether a part could be asked (1) or not (0).", labels=["part"]
        )
        for name, collect in _collects.items():
            try:
                found = list(collect())
            except (DatabaseError, OSError):
                _logger.warning("The figures of %s could not be read", name, exc_info=True)
                told.add_metric([name], 0)
            else:
                told.add_metric([name], 1)
                yield from found
        yield told

    def describe(self) -> list[Metric]:
        """Nothing is asked at registration."""
        return []


def text() -> bytes:
    """All figures in the text format of Prometheus."""
    return generate_latest(registry)


def _disk() -> Iterator[Metric]:
    usage = shutil.disk_usage(settings.DATA_DIR)
    room = GaugeMetricFamily("bandstand_disk_bytes", "The disk of the data folder.", labels=["what"])
    room.add_metric(["free"], usage.free)
    room.add_metric(["total"], usage.total)
    yield room


def setup() -> None:
    """Once, when the apps are loaded."""
    register("disk", _disk)
    registry.register(_Everything())
