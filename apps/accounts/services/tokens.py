"""Personal tokens: made, found again by their digest, revoked."""

import hashlib
import secrets
import uuid
from collections.abc import Sequence
from datetime import timedelta

from django.db.models import Q
from django.utils import timezone

from apps.accounts.enums import Scope
from apps.accounts.models import PersonalToken, User
from apps.core.errors import Conflict, Invalid, NotFound

PREFIX = "bst_"
MOST_TOKENS = 50  # each is counted apart by the limits of requests
_NOTED_EVERY = timedelta(minutes=5)


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def create_token(*, owner: User, name: str, scopes: Sequence[str]) -> tuple[PersonalToken, str]:
    """Makes a token; returns its row and the secret, which is not kept. Raises Invalid, or Conflict."""
    unknown = sorted(set(scopes) - set(Scope.values))
    if unknown or not scopes:
        raise Invalid(f"Scopes are {', '.join(Scope.values)}.", fields={"scopes": ["Choose at least one known scope."]})
    if PersonalToken.objects.filter(owner=owner).count() >= MOST_TOKENS:
        raise Conflict(f"You have {MOST_TOKENS} tokens already: revoke one that you no longer need.", code="too_many")
    secret = PREFIX + secrets.token_urlsafe(32)
    row = PersonalToken.objects.create(owner=owner, name=name, digest=_digest(secret), scopes=sorted(set(scopes)))
    return row, secret


def find_token(secret: str) -> PersonalToken | None:
    """The live token with this secret, with its owner; notes its use at most every five minutes."""
    now = timezone.now()
    row = (
        PersonalToken.objects.select_related("owner")
        .filter(Q(expires_at=None) | Q(expires_at__gt=now), digest=_digest(secret), owner__is_active=True)
        .first()
    )
    if row and (row.last_used_at is None or now - row.last_used_at > _NOTED_EVERY):
        PersonalToken.objects.filter(pk=row.pk).update(last_used_at=now)
    return row


def revoke_token(*, owner: User, token_id: uuid.UUID) -> None:
    """Ends one of `owner`'s tokens at once. Another person's token is as unknown as one that never was."""
    gone, _ = PersonalToken.objects.filter(owner=owner, pk=token_id).delete()
    if not gone:
        raise NotFound("You have no such token.")
