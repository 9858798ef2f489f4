"""What `/metrics` says of streams: one query, and what this process remembers."""

from collections.abc import Iterator

from django.utils import timezone
from prometheus_client.core import GaugeMetricFamily, Metric

from apps.streaming.gate import fetching
from apps.streaming.models import PlaybackSession


def collect() -> Iterator[Metric]:
    sessions = PlaybackSession.objects.live(timezone.now()).count()
    yield GaugeMetricFamily("bandstand_playback_sessions", "Playbacks whose addresses are good.", value=sessions)
    yield GaugeMetricFamily(
        "bandstand_streams_open",
        "Playbacks that fetched something from this process within a minute.",
        value=fetching(),
    )
