"""What accounts have to say to people reaches them as notifications: accounts stands below those and knows none."""

from typing import Any

from apps.notifications.kinds import Kind, register_kind
from apps.notifications.services.notify import notify

EXPORT_READY = "accounts.export_ready"
ROLE_CHANGED = "accounts.role_changed"


def offer() -> None:
    register_kind(Kind(EXPORT_READY, "A copy of your data is ready", "archive"))
    register_kind(Kind(ROLE_CHANGED, "Your role has changed", "users"))


def export_is_ready(*, person: Any, **_: Any) -> None:
    """Receiver of `apps.accounts.signals.export_ready`."""
    text = "The copy of your data is ready. It can be fetched for seven days."
    notify(person_id=person.pk, kind=EXPORT_READY, text=text, url="/settings/data/", key="export")


def role_has_changed(*, person: Any, **_: Any) -> None:
    """Receiver of `apps.accounts.signals.role_changed`."""
    text = f"Your role here is {person.get_role_display()} now."
    notify(person_id=person.pk, kind=ROLE_CHANGED, text=text, url=person.get_absolute_url(), key="role")
