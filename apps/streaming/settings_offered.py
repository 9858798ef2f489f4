"""The site settings of streams."""

from collections.abc import Mapping

from apps.core import rates
from apps.core.rates import Action
from apps.core.site_settings import Kind, Spec, register
from apps.streaming.conf import AUTO, CPU_ALONE, PRESETS, StreamingSettings, cap_setting

_GROUP = "Streaming"
_LATER = "Items that are there keep what they have until they are encoded again."


def offer() -> None:
    _offer_caps()
    register(*_pictures(), *_sound(), _per_card())
    rates.register(
        Action("playback", "Streams opened", seconds=60, people=240, visitors=120),
        Action("positions", "Places told by players", seconds=60, people=600, visitors=600),
        Action("visitors", "New visitors who play", seconds=3600, people=None, visitors=300),
    )


def _pictures() -> tuple[Spec, ...]:
    return (
        _spec(
            "encoder",
            Kind.CHOICE,
            "What encodes",
            "Graphics cards are used where a worker of the gpu queue runs and a test encode on them went well.",
            choices={AUTO: "Graphics cards where there are any, else the CPU", CPU_ALONE: "The CPU alone"},
        ),
        _spec(
            "preset",
            Kind.CHOICE,
            "Speed of encoding",
            "Slower makes smaller files of the same quality.",
            choices={name: name for name in PRESETS},
        ),
        _spec(
            "crf",
            Kind.WHOLE,
            "Quality of pictures (CRF)",
            f"Less is better and larger. {_LATER}",
            minimum=16,
            maximum=34,
        ),
        Spec(
            "streaming.hevc",
            Kind.SWITCH,
            default=False,
            title="HEVC beside H.264",
            group=_GROUP,
            help="About 30 % smaller, for players that know it; takes several times as long to encode.",
        ),
        Spec(
            "streaming.av1",
            Kind.SWITCH,
            default=False,
            title="AV1 beside H.264",
            group=_GROUP,
            help="About 45 % smaller, for players that know it; takes several times as long to encode.",
        ),
        _spec(
            "stream_copy",
            Kind.SWITCH,
            "Keep the source's own pictures as the top rung",
            "Only where they are H.264 that is cut as our streams are and not above the rung's cap.",
        ),
    )


def _sound() -> tuple[Spec, ...]:
    return (
        _spec("audio_kbps", Kind.WHOLE, "Sound of films, in kbit/s", _LATER, minimum=48, maximum=320),
        _spec("surround_kbps", Kind.WHOLE, "Sound in 5.1, in kbit/s", _LATER, minimum=192, maximum=640),
        _spec("sample_kbps", Kind.WHOLE, "Samples, in kbit/s", _LATER, minimum=128, maximum=320),
    )


def _per_card() -> Spec:
    return Spec(
        "streaming.chunks_per_card",
        Kind.WHOLE,
        1,
        title="Chunks at once on one graphics card",
        group=_GROUP,
        help="Each takes one session of the card's encoder per rung; drivers for home use allow only a few.",
        minimum=1,
        maximum=32,
    )


def _spec(
    name: str,
    kind: Kind,
    title: str,
    explained: str,
    *,
    minimum: int | None = None,
    maximum: int | None = None,
    choices: Mapping[str, str] | None = None,
) -> Spec:
    """A setting under its own name, with the default of `StreamingSettings`."""
    default = getattr(StreamingSettings, name)
    return Spec(
        f"streaming.{name}",
        kind,
        default,
        title=title,
        group=_GROUP,
        help=explained,
        minimum=minimum,
        maximum=maximum,
        choices=choices,
    )


def _offer_caps() -> None:
    for lines, kbps in StreamingSettings.ladder:
        register(
            Spec(
                cap_setting(lines),
                Kind.WHOLE,
                kbps,
                title=f"Cap of the rung of {lines} lines, in kbit/s",
                group=_GROUP,
                help=f"0: this rung is not made. {_LATER}",
                minimum=0,
                maximum=100_000,
            )
        )
