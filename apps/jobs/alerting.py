"""Sending alerts to a webhook: Discord, Slack, or plain JSON `{event, timestamp, details, metrics}`."""

import logging
from typing import Any
from urllib.parse import urlsplit

from apps.core import http, site_settings
from apps.jobs.enums import State
from apps.jobs.models import Alert, Job, Worker

WEBHOOK = "jobs.alert_webhook"
SENTENCES = {
    "job.recovered": "A worker fell silent; its job was taken back and runs again.",
    "job.attempts_used_up": "A job was given up: its worker fell silent every time.",
    "job.failing": "The same kind of work keeps failing.",
    "worker.came": "A worker reported for work.",
    "worker.left": "A worker stopped reporting.",
    "worker.clock_wrong": "The clock of a worker's machine differs from the database's: set it.",
    "disk.full": "A machine has no room left on its disk: nothing is encoded there until it has.",
    "jobs.counts_drifted": "The counts of waiting and running jobs had drifted and were repaired.",
}
_logger = logging.getLogger(__name__)


def deliver(alert: Alert) -> bool:
    """Sends one alert; returns whether it is done with (also where no webhook is set). A refused one is not repeated."""
    address = str(site_settings.get(WEBHOOK))
    if not address:
        return True
    try:
        reply = http.post(address, json=body_for(address, alert), timeout=10)
    except http.HttpError as error:
        _logger.warning("The alert webhook does not answer: %s", error)
        return error.permanent
    if reply.status >= 500:
        return False
    if reply.status >= 400:
        _logger.error("The alert webhook refused an alert with status %s", reply.status)
    return True


def body_for(address: str, alert: Alert) -> dict[str, Any]:
    """The message in the form that the receiver reads, told by the host of its address."""
    host = urlsplit(address).hostname or ""
    text = f"{SENTENCES.get(alert.event, alert.event)} {alert.subject}".strip()
    if host.endswith(("discord.com", "discordapp.com")):
        fields = [{"name": str(name), "value": str(value)[:1000]} for name, value in alert.details.items()]
        embed = {"title": alert.event, "timestamp": alert.created_at.isoformat(), "fields": fields}
        return {"content": text, "embeds": [embed], "allowed_mentions": {"parse": []}}
    if host.endswith("slack.com"):
        return {"text": f"*{alert.event}* {text}"}
    return {
        "event": alert.event,
        "timestamp": alert.created_at.isoformat(),
        "details": {"subject": alert.subject, "sentence": text, **alert.details},
        "metrics": metrics(),
    }


def metrics() -> dict[str, int]:
    """How things stand at this moment: four index counts."""
    live = {state: Job.objects.filter(state=state).count() for state in (State.QUEUED, State.RUNNING, State.WAITING)}
    return {**{str(state): count for state, count in live.items()}, "workers": Worker.objects.count()}
