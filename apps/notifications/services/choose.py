"""How people want to be told."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from apps.core import signing
from apps.core.errors import Invalid, NotFound
from apps.notifications.conf import UNSUBSCRIBE_FOR
from apps.notifications.kinds import Kind, find_kind, kinds_for
from apps.notifications.models import Choice

if TYPE_CHECKING:
    from apps.accounts.models import User

_UNSUBSCRIBE = "notifications.unsubscribe"


@dataclass(frozen=True)
class Chosen:
    kind: Kind
    on_site: bool
    by_mail: bool


def choices_of(person: "User") -> Sequence[Chosen]:
    """Every kind that this person can be told of, with what they chose; one query."""
    rows = {row.kind: row for row in Choice.objects.filter(person=person)}
    return [
        Chosen(kind, rows[kind.name].on_site, rows[kind.name].by_mail)
        if kind.name in rows
        else Chosen(kind, on_site=True, by_mail=kind.by_mail)
        for kind in kinds_for(person)
    ]


@transaction.atomic
def choose(*, person: "User", kind: str, on_site: bool | None = None, by_mail: bool | None = None) -> Chosen:
    """Changes what is given. Raises Invalid for a kind that this person is never told of."""
    known = next((one for one in choices_of(person) if one.kind.name == kind), None)
    if known is None:
        raise Invalid("There is no such kind of notification.", fields={"kind": ["This is not known here."]})
    chosen = Chosen(
        known.kind,
        known.on_site if on_site is None else on_site,
        known.by_mail if by_mail is None else by_mail,
    )
    Choice.objects.update_or_create(
        person=person, kind=kind, defaults={"on_site": chosen.on_site, "by_mail": chosen.by_mail}
    )
    return chosen


def unsubscribe_token(*, person_id: UUID, kind: str) -> str:
    """Part of a mail's link: whoever has it may stop mails of this kind to this person, and nothing else."""
    return signing.sign(_UNSUBSCRIBE, [str(person_id), kind], timezone.now() + UNSUBSCRIBE_FOR)


def read_unsubscribe(token: str) -> tuple[UUID, Kind]:
    """Whose mails of which kind. Raises NotFound for what is no link of ours, or is too old."""
    try:
        person_id, kind = signing.verify(_UNSUBSCRIBE, token)
        return UUID(person_id), find_kind(kind)
    except (signing.BadSignature, LookupError) as error:
        raise NotFound("This link does not lead anywhere any more. Change it in your settings.") from error


@transaction.atomic
def unsubscribe(token: str) -> Kind:
    """No more mails of this kind; on the site they stay as they were."""
    person_id, kind = read_unsubscribe(token)
    Choice.objects.update_or_create(person_id=person_id, kind=kind.name, defaults={"by_mail": False})
    return kind
