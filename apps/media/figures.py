"""What `/metrics` says of uploads: one query."""

from collections.abc import Iterator

from django.db.models import Count, Sum
from prometheus_client.core import GaugeMetricFamily, Metric

from apps.media.enums import UploadState
from apps.media.models import Upload


def collect() -> Iterator[Metric]:
    uploads = GaugeMetricFamily("bandstand_uploads", "Uploads that are received or checked.", labels=["state"])
    received = GaugeMetricFamily("bandstand_uploads_received_bytes", "What has come of them so far.", labels=["state"])
    going = (UploadState.RECEIVING, UploadState.CHECKING)
    rows = Upload.objects.filter(state__in=going).order_by().values("state")
    found = {row["state"]: row for row in rows.annotate(count=Count("pk"), size_bytes=Sum("offset"))}
    for state in going:
        row = found.get(state, {"count": 0, "size_bytes": 0})
        uploads.add_metric([str(state)], row["count"])
        received.add_metric([str(state)], row["size_bytes"] or 0)
    yield uploads
    yield received
