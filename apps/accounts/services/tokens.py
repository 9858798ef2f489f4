"""Personal tokens and app passwords: made, found again by their digest, shown again, revoked."""

import hashlib
import secrets
import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone

from apps.accounts.enums import APP_SCOPES, Scope, TokenKind
from apps.accounts.models import PersonalToken, User
from apps.accounts.services.activity import record
from apps.accounts.signals import token_revoked
from apps.core.errors import Conflict, Invalid, NotFound

PREFIX = "bst_"
MOST_TOKENS = 50  # each is counted apart by the limits of requests
_NOTED_EVERY = timedelta(minutes=5)
_PLAIN = "abcdefghjkmnpqrstuvwxyz23456789"


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def create_token(
    *,
    owner: User,
    name: str,
    scopes: Sequence[str] | None = None,
    kind: str = TokenKind.TOKEN,
    expires_at: datetime | None = None,
    request: HttpRequest | None = None,
) -> tuple[PersonalToken, str]:
    """Makes a token or an app password; returns its row and the secret. Raises Invalid, or Conflict.

    Of a token the secret is not kept. Of an app password it is, encrypted, since its owner may see it again (`reveal`).
    """
    if kind not in TokenKind.values:
        raise Invalid(f"Kinds are {', '.join(TokenKind.values)}.", fields={"kind": ["There is no such kind."]})
    scopes = _scopes(kind, scopes)
    name = _name(name)
    if expires_at is not None and expires_at <= timezone.now():
        raise Invalid("This is over already.", fields={"expires_at": ["Choose a time that is still to come."]})
    with transaction.atomic():
        User.objects.select_for_update(of=("self",), no_key=True).get(pk=owner.pk)  # two at once would both be the 50th
        if PersonalToken.objects.filter(owner=owner).count() >= MOST_TOKENS:
            sentence = f"You have {MOST_TOKENS} tokens already: revoke one that you no longer need."
            raise Conflict(sentence, code="too_many")
        secret = _app_password() if kind == TokenKind.APP_PASSWORD else PREFIX + secrets.token_urlsafe(32)
        row = PersonalToken.objects.create(
            owner=owner,
            kind=kind,
            name=name,
            digest=_digest(secret),
            sealed=secret if kind == TokenKind.APP_PASSWORD else "",
            scopes=scopes,
            expires_at=expires_at,
        )
        about = {"token": str(row.pk), "kind": kind, "scopes": scopes}
        record("token.made", actor=owner, subject=owner, request=request, **about)
    return row, secret


def find_token(secret: str, *, address: object = None) -> PersonalToken | None:
    """The live access token with this secret, with its owner; notes its use at most every five minutes.

    An app password opens nothing here: what knows only passwords asks `find_app_password`.
    """
    return _used(_live().filter(kind=TokenKind.TOKEN, digest=_digest(secret)).first(), address)


def find_app_password(username: str, secret: str, *, address: object = None) -> PersonalToken | None:
    """The live app password of this person (user name or e-mail) that reads so. Spaces and hyphens in it do not count."""
    plain = _without_breaks(secret)
    row = _live().filter(kind=TokenKind.APP_PASSWORD, digest=_digest(plain)).first()
    return _used(row, address) if row and _is_called(row.owner, username) else None


def app_passwords_of(username: str) -> list[tuple[PersonalToken, str]]:
    """All live app passwords of a person with what they read, for protocols that prove a password without sending it."""
    named = Q(owner__in=User.objects.present().named(username))
    rows = _live().filter(named, kind=TokenKind.APP_PASSWORD)
    return [(row, row.sealed) for row in rows[:MOST_TOKENS]]


def note_use(row: PersonalToken, *, address: object = None) -> None:
    """That it was used, and from where; written at most every five minutes."""
    now = timezone.now()
    if row.last_used_at is None or now - row.last_used_at > _NOTED_EVERY:
        PersonalToken.objects.filter(pk=row.pk).update(
            last_used_at=now, last_used_from=str(address) if address else None
        )


def reveal(*, owner: User, token_id: uuid.UUID, request: HttpRequest | None = None) -> str:
    """What one of `owner`'s app passwords reads. The caller has just made sure that it is them. Raises NotFound."""
    row = PersonalToken.objects.filter(owner=owner, pk=token_id, kind=TokenKind.APP_PASSWORD).first()
    if row is None or not row.sealed:
        raise NotFound("You have no such app password.")
    record("token.shown", actor=owner, subject=owner, request=request, token=str(row.pk))
    return row.sealed


@transaction.atomic
def revoke_token(
    *, owner: User, token_id: uuid.UUID, by: User | None = None, request: HttpRequest | None = None
) -> None:
    """Ends one of `owner`'s tokens at once. Another person's token is as unknown as one that never was."""
    gone, _ = PersonalToken.objects.filter(owner=owner, pk=token_id).delete()
    if not gone:
        raise NotFound("You have no such token.")
    token_revoked.send(PersonalToken, token_id=token_id)
    record("token.revoked", actor=by or owner, subject=owner, request=request, token=str(token_id))


def _live() -> QuerySet[PersonalToken]:
    in_time = Q(expires_at=None) | Q(expires_at__gt=timezone.now())
    return PersonalToken.objects.select_related("owner").filter(in_time, owner__is_active=True, owner__leaving_at=None)


def _used(row: PersonalToken | None, address: object) -> PersonalToken | None:
    if row:
        note_use(row, address=address)
    return row


def _is_called(owner: User, username: str) -> bool:
    told = username.strip().lower()
    return told in {owner.username.lower(), owner.email.lower() or None}


def _name(text: str) -> str:
    name = " ".join(text.split())
    if not name or len(name) > 80 or not name.isprintable():
        raise Invalid("A token has a name of up to 80 characters.", fields={"name": ["Give it a name."]})
    return name


def _scopes(kind: str, scopes: Sequence[str] | None) -> list[str]:
    if scopes is None and kind == TokenKind.APP_PASSWORD:
        scopes = APP_SCOPES
    unknown = sorted(set(scopes or ()) - set(Scope.values))
    if unknown or not scopes:
        raise Invalid(f"Scopes are {', '.join(Scope.values)}.", fields={"scopes": ["Choose at least one known scope."]})
    if kind == TokenKind.APP_PASSWORD and set(scopes) - set(APP_SCOPES):
        sentence = "An app password reads and plays; make an access token for more."
        raise Invalid(sentence, fields={"scopes": [sentence]})
    return sorted(set(scopes))


def _app_password() -> str:
    """24 letters and digits without those that look alike: 118 bits."""
    return "".join(secrets.choice(_PLAIN) for _ in range(24))


def _without_breaks(secret: str) -> str:
    return secret.replace(" ", "").replace("-", "")
