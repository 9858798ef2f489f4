"""Noting what matters for security. Append-only: nothing here changes or removes a row."""

from typing import TYPE_CHECKING, Any

from django.http import HttpRequest

from apps.accounts.models import Activity
from apps.core.addresses import client_address
from apps.core.log_lines import current

if TYPE_CHECKING:
    from apps.accounts.models import User


def record(
    action: str,
    *,
    actor: "User | None" = None,
    subject: "User | None" = None,
    request: HttpRequest | None = None,
    **details: Any,
) -> Activity:
    """Adds one line. `actor` did it, `subject` is whom it was done to; `details` are JSON-able and hold no secrets.

    Costs one statement, in the caller's transaction: what did not happen is not noted.
    """
    return Activity.objects.create(
        action=action,
        actor_id=actor.pk if actor else None,
        actor_name=actor.username if actor else "",
        subject_id=subject.pk if subject else None,
        subject_name=subject.username if subject else "",
        address=str(client_address(request) or "") or None if request else None,
        agent=request.headers.get("User-Agent", "")[:200] if request else "",
        request_id=current("request_id"),
        details=details,
    )
