"""The site settings of streams."""

from apps.core.site_settings import Kind, Spec, register
from apps.streaming.conf import StreamingSettings, cap_setting

_GROUP = "Streaming"


def offer() -> None:
    for lines, kbps in StreamingSettings.ladder:
        register(
            Spec(
                cap_setting(lines),
                Kind.WHOLE,
                kbps,
                title=f"Cap of the rung of {lines} lines, in kbit/s",
                group=_GROUP,
                help="0: this rung is not made. Items that are there keep what they have until they are encoded again.",
                minimum=0,
                maximum=100_000,
            )
        )
