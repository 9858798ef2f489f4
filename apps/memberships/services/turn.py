"""What the clock does to memberships, every minute.

Whoever reads somebody's entitlements is right without it (`standing.py`); here open pages, sockets and caps hear of it.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import DurationField, ExpressionWrapper, F, Value
from django.db.models.functions import Least
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from apps.memberships.conf import BATCH, ENDING_SOON
from apps.memberships.kinds import GRANT_ENDING
from apps.memberships.models import Grant, Standing
from apps.memberships.services.caps import push_caps
from apps.memberships.services.changes import forget_changes, tell_changes
from apps.memberships.services.gift_mail import hand_in_mails
from apps.memberships.services.gifts import expire_gifts
from apps.memberships.standing import reckon_all
from apps.notifications.services.notify import notify

Check = Callable[[], None]


def turn(*, check: Check = lambda: None) -> dict[str, int]:
    """Everything whose time has come. Returns the counts. Costs about ten look-ups in small indexes where there is nothing."""
    return {
        "reckoned": reckon_due(check=check),
        "caps": push_caps(),
        "expired_gifts": expire_gifts(),
        "gift_mails": hand_in_mails(),
        "told_ending": tell_ending(check=check),
        "told_changes": tell_changes(),
        "forgotten": forget_changes(check=check),
    }


def reckon_due(*, check: Check = lambda: None) -> int:
    """Reckons the standings that the clock has changed, in batches; those that somebody else holds are left to them.

    Returns how many. A standing that was reckoned is not due any more, so that every round gets others.
    """
    count = 0
    while True:
        check()
        with transaction.atomic():
            now = timezone.now()
            due = Standing.objects.filter(changes_at__lte=now).order_by("changes_at")
            locked = due.select_for_update(skip_locked=True).values_list("pk", flat=True)[:BATCH]
            people = list(locked)
            reckon_all(people, now)
        count += len(people)
        if len(people) < BATCH:
            return count


def tell_ending(*, check: Check = lambda: None) -> int:
    """Tells people, once, of what ends within a week (of what is short: in its last half). Returns how many."""
    count = 0
    while True:
        check()
        told = _tell_some_ending(timezone.now())
        count += told
        if told < BATCH:
            return count


@transaction.atomic
def _tell_some_ending(now: datetime) -> int:
    half = ExpressionWrapper((F("ends_at") - F("starts_at")) / Value(2), output_field=DurationField())
    notice = Least(Value(ENDING_SOON, output_field=DurationField()), half)
    due = (
        Grant.objects.ending(now, now + ENDING_SOON)
        .filter(ending_told_at=None, ends_at__lte=now + notice)
        .select_for_update(skip_locked=True, of=("self",))
        .select_related("tier")
        .order_by("ends_at")
    )
    grants = list(due[:BATCH])
    Grant.objects.filter(pk__in=[grant.pk for grant in grants]).update(ending_told_at=now)
    for grant in sorted(grants, key=lambda one: (one.person_id, one.pk)):
        if not _outlasted(grant, now):
            _tell_ending(grant)
    return len(grants)


def _outlasted(grant: Grant, now: datetime) -> bool:
    """Whether the person has the tier longer than this grant: by another that follows or goes on."""
    others = Grant.objects.filter(person_id=grant.person_id, tier_id=grant.tier_id).exclude(pk=grant.pk)
    assert grant.ends_at is not None
    after = grant.ends_at + timedelta(seconds=1)
    return others.live(after).exists() or others.filter(state="active", starts_at__gt=now, ends_at__gt=after).exists()


def _tell_ending(grant: Grant) -> None:
    assert grant.ends_at is not None
    day = date_format(grant.ends_at, "j F Y")
    text = f"Your {grant.tier.title} membership ends on {day}."
    url = reverse("settings-membership")
    notify(person_id=grant.person_id, kind=GRANT_ENDING, text=text, url=url, key=f"grant:{grant.pk}")
