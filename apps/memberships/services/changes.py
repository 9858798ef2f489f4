"""Who came, went or changed tiers: noted where it happens, told by the day.

Ten thousand at once make ten thousand rows and one notification a day and kind for each who is told. Who comes by Patreon or
Ko-fi is told by those (`patreon/news.py`), which know also of members without an account here.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse
from django.utils import timezone

from apps.memberships.conf import CHANGES_KEPT
from apps.memberships.enums import RENEWED_ELSEWHERE, Change
from apps.memberships.kinds import GRANT_ENDED, MEMBER_CHANGED, MEMBER_LOST, MEMBER_NEW
from apps.memberships.ladder import known_tiers
from apps.memberships.models import Grant, MemberChange
from apps.memberships.services.recipients import told_of_members
from apps.notifications.services.notify import notify, notify_all

_KINDS = {Change.NEW: MEMBER_NEW, Change.CHANGED: MEMBER_CHANGED, Change.LOST: MEMBER_LOST}
_DID = {Change.NEW: "joined", Change.CHANGED: "changed their tier", Change.LOST: "left"}
_NAMED = 2
_BATCH = 5000


def note_change(*, person_id: UUID, before: frozenset[UUID], after: frozenset[UUID], **_: object) -> None:
    """Receiver of `standing_changed`: one statement, none where only a grace began or ended."""
    if before == after:
        return
    kind = Change.NEW if not before else Change.CHANGED if after else Change.LOST
    MemberChange.objects.create(kind=kind, person_id=person_id, before=sorted(before), after=sorted(after))


def tell_who_lost(*, person_id: UUID, before: frozenset[UUID], after: frozenset[UUID], **_: object) -> None:
    """Receiver of `standing_changed`: a person hears of a tier that is gone, unless they have one that is as high."""
    known = known_tiers()
    left = [known[tier] for tier in after if tier in known]
    highest = max((tier.rank for tier in left), default=0)
    gone = [known[tier] for tier in before - after if tier in known and known[tier].rank > highest]
    if not gone:
        return
    ended = max(gone, key=lambda tier: tier.rank)
    rest = f" You have {max(left, key=lambda tier: tier.rank).title} now." if left else ""
    url = reverse("settings-membership")
    notify(
        person_id=person_id,
        kind=GRANT_ENDED,
        text=f"Your {ended.title} membership has ended.{rest}",
        url=url,
        key=str(ended.id),
    )


@transaction.atomic
def tell_changes() -> int:
    """By the clock: brings the day's word of each kind up to date for those who are told. Returns how many were new."""
    untold = MemberChange.objects.filter(told_at=None)
    last = untold.order_by("-pk").values_list("pk", flat=True).first()
    if last is None:
        return 0
    now = timezone.now()
    fresh = untold.filter(pk__lte=last)
    kinds = sorted(set(fresh.values_list("kind", flat=True)))
    count = fresh.update(told_at=now)
    people = told_of_members()
    for kind in kinds:
        _tell(Change(kind), now, people)
    return count


def _tell(kind: Change, now: datetime, people: set[UUID]) -> None:
    elsewhere = Grant.objects.filter(person_id=OuterRef("person_id"), source__in=RENEWED_ELSEWHERE)
    today = MemberChange.objects.filter(kind=kind, at__gte=now.replace(hour=0, minute=0, second=0, microsecond=0))
    today = today.exclude(Exists(elsewhere))
    count = today.count()
    if count:
        text = _sentence(kind, list(today.select_related("person").order_by("-pk")[:_NAMED]), count)
        notify_all(people=people, kind=_KINDS[kind], text=text, url=reverse("studio-members"), key=f"{now:%Y-%m-%d}")


def _sentence(kind: Change, newest: Sequence[MemberChange], count: int) -> str:
    names = [change.person.name for change in newest]
    did = _DID[kind]
    if count == 1:
        known = known_tiers()
        tier = max((known[pk] for pk in newest[0].after if pk in known), key=lambda one: one.rank, default=None)
        return f"{names[0]} {did}: {tier.title}." if tier else f"{names[0]} {did}."
    if count == len(names):
        return f"{' and '.join(names)} {did} today."
    others = count - len(names)
    return f"{', '.join(names)} and {others} {'other' if others == 1 else 'others'} {did} today."


def forget_changes(*, check: Callable[[], None] = lambda: None) -> int:
    old: QuerySet[MemberChange] = MemberChange.objects.filter(at__lt=timezone.now() - CHANGES_KEPT)
    count = 0
    while some := list(old.order_by("at").values_list("pk", flat=True)[:_BATCH]):
        check()
        count += MemberChange.objects.filter(pk__in=some).delete()[0]
    return count
