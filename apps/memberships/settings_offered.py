"""The site settings of memberships: what those get who have no tier, and how long a lapse is forgiven."""

from apps.core import rates
from apps.core.site_settings import Kind, Spec, register

_GROUP = "Memberships"
HEIGHT_FOR_ALL = "memberships.largest_height_without_tier"
DOWNLOADS_FOR_ALL = "memberships.downloads_without_tier"
GRACE = "memberships.grace_s"
_DAY = 24 * 3600


def offer() -> None:
    register(
        Spec(
            HEIGHT_FOR_ALL,
            Kind.WHOLE,
            0,
            title="Largest height without a tier",
            group=_GROUP,
            help="In lines, as 1080: what those may watch who have no tier. 0: no limit.",
            minimum=0,
            maximum=10_000,
        ),
        Spec(
            DOWNLOADS_FOR_ALL,
            Kind.SWITCH,
            default=False,
            title="Downloads without a tier",
            group=_GROUP,
            help="Whether those who have no tier may keep items as files.",
        ),
        Spec(
            GRACE,
            Kind.SECONDS,
            7 * _DAY,
            title="Grace after a payment that did not come",
            group=_GROUP,
            help="How long somebody keeps a tier of Patreon or Ko-fi after the time that was paid for.",
            minimum=0,
            maximum=90 * _DAY,
        ),
    )
    rates.register(
        rates.Action("gift", "Gift links opened", 60, people=30, visitors=20),
        rates.Action("trial", "Trials asked for", 3600, people=20, visitors=None),
    )
