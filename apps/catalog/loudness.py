"""How loud each kind of item should sound, and the gain that players give it to get there."""

from dataclasses import dataclass

from apps.catalog.enums import Kind
from apps.core import site_settings
from apps.core.site_settings import Kind as SettingKind
from apps.core.site_settings import Spec
from apps.media.models import Loudness
from apps.media.sound.loudness import gain_db

CEILING = "catalog.loudness_ceiling"
_GROUP = "Loudness"
# In LUFS. Speech as podcast apps expect it, the rest as the large services play it.
_TARGETS = {
    Kind.TRACK: -14.0,
    Kind.CHAPTER: -16.0,
    Kind.EPISODE: -16.0,
    Kind.VIDEO: -14.0,
    Kind.MOVIE: -16.0,
    Kind.CLIP: -16.0,
    Kind.SAMPLE: -14.0,
}


@dataclass(frozen=True)
class Loud:
    """What players are told of an item's loudness."""

    integrated_lufs: float
    range_lu: float | None
    true_peak_dbtp: float
    gain_db: float


def target_setting(kind: str) -> str:
    """The site setting that holds a kind's target, in LUFS."""
    return f"catalog.loudness_{kind}"


def offer_settings() -> None:
    for kind, target in _TARGETS.items():
        site_settings.register(
            Spec(
                target_setting(kind),
                SettingKind.NUMBER,
                target,
                title=f"Loudness of the kind “{kind.label}”, in LUFS",
                group=_GROUP,
                help="Players raise or lower what they play to this. Files stay as they are.",
                minimum=-40,
                maximum=-5,
            )
        )
    site_settings.register(
        Spec(
            CEILING,
            SettingKind.NUMBER,
            -1.0,
            title="Highest true peak after the gain, in dBTP",
            group=_GROUP,
            help="Nothing is raised so far that its peaks would pass this.",
            minimum=-9,
            maximum=0,
        )
    )


def loudness_of(kind: str, measured: Loudness | None) -> Loud | None:
    """None where nothing was measured, or nothing can be, or the kind has no loudness of its own (live channels)."""
    if measured is None or kind not in _TARGETS:
        return None
    if not measured.measurable or measured.integrated_lufs is None or measured.true_peak_dbtp is None:
        return None
    gain = gain_db(
        integrated_lufs=measured.integrated_lufs,
        true_peak_dbtp=measured.true_peak_dbtp,
        target_lufs=float(site_settings.get(target_setting(kind))),
        ceiling_dbtp=float(site_settings.get(CEILING)),
    )
    return Loud(measured.integrated_lufs, measured.range_lu, measured.true_peak_dbtp, gain)
