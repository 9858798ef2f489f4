"""The site settings of background work."""

from apps.core.site_settings import Kind, Spec, register
from apps.jobs import conf
from apps.jobs.alerting import WEBHOOK
from apps.jobs.enums import Queue
from apps.jobs.limits import setting_of

_GROUP = "Background work"


def offer() -> None:
    for queue in Queue:
        register(
            Spec(
                setting_of(queue),
                Kind.WHOLE,
                conf.RUNNING_PER_PERSON[queue],
                title=f"Jobs of one person at once: {queue.label.lower()}",
                group=_GROUP,
                help="A person's own limit, set at their turn, replaces it.",
                minimum=1,
                maximum=1000,
            )
        )
    register(
        Spec(
            WEBHOOK,
            Kind.SECRET,
            "",
            title="Alert webhook",
            group=_GROUP,
            help="Where trouble is reported: a Discord, Slack or plain JSON webhook. Empty: nowhere.",
            maximum=500,
        )
    )
