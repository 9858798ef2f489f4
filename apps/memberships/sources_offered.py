"""The site settings and rates of Patreon and Ko-fi."""

from apps.core import rates
from apps.core.site_settings import Kind, Spec, register

_GROUP = "Memberships"
PATREON_GIFTS = "memberships.patreon_gifts"
PATREON_TRIALS = "memberships.patreon_trials"
KOFI_ANNUAL_FROM = "memberships.kofi_annual_from"
REFUSED_WEBHOOK = "webhook_refused"


def offer() -> None:
    register(
        Spec(
            PATREON_GIFTS,
            Kind.SWITCH,
            default=True,
            title="Patreon: gifted memberships count",
            group=_GROUP,
            help="Whether those get their tier whose membership somebody else has paid for.",
        ),
        Spec(
            PATREON_TRIALS,
            Kind.SWITCH,
            default=True,
            title="Patreon: free trials count",
            group=_GROUP,
            help="Whether those get their tier who try it at Patreon for nothing.",
        ),
        Spec(
            KOFI_ANNUAL_FROM,
            Kind.NUMBER,
            9.5,
            title="Ko-fi: payments for a year",
            group=_GROUP,
            help="A payment of at least so many times the tier's monthly price pays for a year. Ko-fi does not say it.",
            minimum=2,
            maximum=100,
        ),
    )
    rates.register(rates.Action(REFUSED_WEBHOOK, "Webhooks with a wrong signature", 60, people=60, visitors=60))
