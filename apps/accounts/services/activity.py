"""Noting what matters for security. Rows are only added; two functions of the database, which note themselves, are the
exceptions: what is old is purged, and who was deleted is forgotten (migration 0011)."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import connection
from django.http import HttpRequest

from apps.accounts.models import Activity
from apps.core import site_settings
from apps.core.addresses import client_address
from apps.core.log_lines import current
from apps.core.site_settings import Kind, Spec

if TYPE_CHECKING:
    from apps.accounts.models import User

KEPT_DAYS = "accounts.activity_days"


def offer_settings() -> None:
    site_settings.register(
        Spec(
            KEPT_DAYS,
            Kind.WHOLE,
            400,
            title="Days that activity is kept",
            group="People",
            help="Sign-ins, roles, tokens and the like, with addresses. Older lines are removed every night.",
            minimum=30,
            maximum=3650,
        )
    )


def record(
    action: str,
    *,
    actor: "User | None" = None,
    subject: "User | None" = None,
    request: HttpRequest | None = None,
    **details: Any,
) -> Activity:
    """Adds one line. `actor` did it, `subject` is whom it was done to; `details` are JSON-able and hold no secrets.

    Costs one statement, in the caller's transaction: what did not happen is not noted. While somebody of the staff acts as
    the actor, both are named.
    """
    through = current("through")
    return Activity.objects.create(
        action=action,
        actor_id=actor.pk if actor else None,
        actor_name=actor.username if actor else "",
        through_id=UUID(through) if through else None,
        through_name=current("through_name"),
        subject_id=subject.pk if subject else None,
        subject_name=subject.username if subject else "",
        address=str(client_address(request) or "") or None if request else None,
        agent=request.headers.get("User-Agent", "")[:200] if request else "",
        request_id=current("request_id"),
        details=details,
    )


def forget_person(*, person_id: UUID) -> int:
    """Takes the name, the addresses and the programs of somebody who was deleted out of the lines; returns of how many."""
    return _call("SELECT accounts_activity_forget(%s)", [person_id])


def purge(*, now: datetime) -> int:
    """Removes lines that are older than the site keeps them; returns how many."""
    return _call("SELECT accounts_activity_purge(%s)", [now - timedelta(days=int(site_settings.get(KEPT_DAYS)))])


def _call(statement: str, parameters: list[Any]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return int(cursor.fetchone()[0])
