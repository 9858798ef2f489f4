"""Seeing the site as somebody else does. The sign-in that is made for it is the web's part (`impersonation.py`)."""

from datetime import timedelta
from importlib import import_module
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.http import HttpRequest
from django.utils import timezone

from apps.accounts.models import Impersonation, User
from apps.accounts.permissions import check_impersonate
from apps.accounts.reasons import clean_reason
from apps.accounts.services.activity import record
from apps.accounts.signals import sign_ins_ended
from apps.core.errors import AppError

LASTS = timedelta(hours=1)


@transaction.atomic
def begin(
    *, person: User, by: User, reason: str, session_key: str, request: HttpRequest | None = None
) -> Impersonation:
    """Notes who sees the site as whom and why, for an hour. Raises NotAllowed, Conflict, or Invalid without a reason."""
    check_impersonate(by, person)
    reason = clean_reason(reason)
    row = Impersonation.objects.create(
        by=by, person=person, reason=reason, session_key=session_key, ends_at=timezone.now() + LASTS
    )
    record("impersonation.begun", actor=by, subject=person, request=request, reason=reason)
    return row


def find(impersonation_id: UUID) -> Impersonation | None:
    """The one that is still going on and still allowed."""
    row = (
        Impersonation.objects.select_related("by", "person")
        .filter(pk=impersonation_id, ended_at=None, ends_at__gt=timezone.now())
        .first()
    )
    if row is None or not row.by.is_active or row.by.leaving_at:
        return None
    try:
        check_impersonate(row.by, row.person)
    except AppError:
        return None
    return row


@transaction.atomic
def end(*, impersonation_id: UUID, request: HttpRequest | None = None) -> None:
    """Ends it, and the sign-in that was made for it. Twice is once."""
    row = Impersonation.objects.select_for_update(of=("self",)).select_related("by", "person").get(pk=impersonation_id)
    if row.ended_at is None:
        _end(row)
        record("impersonation.ended", actor=row.by, subject=row.person, request=request)


def end_impersonations(person: User) -> None:
    """Ends those of and by somebody whose rights have changed, inside the caller's transaction."""
    for row in Impersonation.objects.filter(Q(by=person) | Q(person=person), ended_at=None)[:1000]:
        _end(row)


def _end(row: Impersonation) -> None:
    row.ended_at = timezone.now()
    row.save(update_fields=["ended_at", "updated_at"])
    import_module(settings.SESSION_ENGINE).SessionStore(row.session_key).delete()
    sign_ins_ended.send(User, keys=[row.session_key])
