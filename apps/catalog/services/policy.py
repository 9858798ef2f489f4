"""Who may play what, set and inherited: what people send becomes a policy, and `access` follows whatever changes it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from apps.accounts.models import User
from apps.accounts.services.activity import record
from apps.catalog.access import Viewer
from apps.catalog.enums import AudienceKind
from apps.catalog.models import AccessPolicy, Collection, Item, row_of
from apps.catalog.policy import (
    EVERYONE,
    HIGHEST_RANK,
    LONGEST_PREVIEW_S,
    MOST_STEPS,
    MOST_TIERS,
    SIGNED_IN,
    SITE_POLICY,
    Audience,
    Door,
    Policy,
    as_spec,
    digest_of,
    holders_of,
    in_order,
    ranked,
)
from apps.core.errors import Invalid
from apps.core.realtime.hub import publish
from apps.memberships.models import Tier

_UNUSED_KEPT = timedelta(days=1)
Spec = Mapping[str, Any]


def read_policy(spec: Spec) -> Policy:
    """The policy that people or programs mean: keys that are missing have defaults, tiers are named by id or slug.

    Raises Invalid with the fields by their path. One query where tiers are named.
    """
    reader = _Reader(spec)
    policy = reader.policy()
    if reader.troubles:
        sentence = next(iter(reader.troubles.values()))[0]
        raise Invalid(sentence, fields=reader.troubles)
    return policy


class _Reader:
    """Reads one spec and keeps what does not fit, by field."""

    def __init__(self, spec: Spec) -> None:
        self.spec = spec
        self.troubles: dict[str, list[str]] = {}
        steps = spec.get("early_access") or []
        self.steps = steps[:MOST_STEPS]
        if len(steps) > MOST_STEPS:
            self._trouble("early_access", f"At most {MOST_STEPS} steps.")
        self._known = _tiers_named([*_names(spec), *(name for step in self.steps for name in _names(step))])

    def _trouble(self, field: str, sentence: str) -> None:
        self.troubles.setdefault(f"policy.{field}", []).append(sentence)

    def policy(self) -> Policy:
        preview_s = self.spec.get("preview_s") or 0
        if not 0 <= preview_s <= LONGEST_PREVIEW_S:
            self._trouble("preview_s", f"A preview has 0 to {LONGEST_PREVIEW_S} seconds.")
        base = self._base(self.spec.get("kind", AudienceKind.PUBLIC))
        steps = [self._step(number, step) for number, step in enumerate(self.steps)]
        return Policy(base, in_order(step for step in steps if step), preview_s)

    def _base(self, kind: str) -> Audience:
        if kind == AudienceKind.PUBLIC:
            return EVERYONE
        if kind == AudienceKind.SIGNED_IN:
            return SIGNED_IN
        if kind == AudienceKind.RANK:
            if self.spec.get("rank") is None:
                self._trouble("rank", "Say from which rank on.")
            return self._ranked("rank", self.spec.get("rank") or 0)
        if kind == AudienceKind.TIERS:
            if not self.spec.get("tiers"):
                self._trouble("tiers", "Name at least one tier.")
            return holders_of(self._tiers("tiers", self.spec))
        self._trouble("kind", "There is no such kind of policy.")
        return EVERYONE

    def _step(self, number: int, step: Spec) -> Door | None:
        where = f"early_access.{number}"
        at = step.get("from")
        if not isinstance(at, datetime):
            self._trouble(f"{where}.from", "Say from when on.")
            return None
        if (step.get("rank") is None) == (not step.get("tiers")):
            self._trouble(f"{where}.rank", "A step is for a rank or for tiers: name one of them.")
            return None
        if step.get("rank") is not None:
            return Door(self._ranked(f"{where}.rank", step["rank"]), at)
        return Door(holders_of(self._tiers(f"{where}.tiers", step)), at)

    def _ranked(self, field: str, rank: int) -> Audience:
        if not 0 <= rank <= HIGHEST_RANK:
            self._trouble(field, f"A rank is a number from 0 to {HIGHEST_RANK}.")
            return EVERYONE
        return ranked(rank)

    def _tiers(self, field: str, spec: Spec) -> frozenset[UUID]:
        names = _names(spec)
        if len(names) > MOST_TIERS:
            self._trouble(field, f"At most {MOST_TIERS} tiers.")
        for name in names:
            if name not in self._known:
                self._trouble(field, f"There is no tier “{name[:80]}”.")
        return frozenset(self._known[name] for name in names if name in self._known)


def _names(spec: Spec) -> list[str]:
    return [str(name) for name in spec.get("tiers") or []][: MOST_TIERS + 1]


def _tiers_named(names: Sequence[str]) -> dict[str, UUID]:
    """By whatever they were named: their id, or their slug."""
    if not names:
        return {}
    ids = {name: found for name in names if (found := _uuid(name))}
    tiers = Tier.objects.filter(Q(pk__in=ids.values()) | Q(slug__in=set(names))).values_list("pk", "slug")
    by_slug = {slug: pk for pk, slug in tiers}
    there = set(by_slug.values())
    return by_slug | {name: pk for name, pk in ids.items() if pk in there}


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def row_for(spec: Spec | None) -> AccessPolicy | None:
    """The row of a policy that somebody sent; None for none of its own. Raises Invalid."""
    return None if spec is None else row_of(read_policy(spec))


def inherited_by(home: Collection | None) -> AccessPolicy:
    """What a thing has that says nothing itself."""
    return home.access if home else row_of(SITE_POLICY)


def set_policy(*, item: Item, row: AccessPolicy | None, viewer: Viewer) -> bool:
    """Gives an item its own policy, or takes it away, inside the caller's transaction, which has locked the item.

    Returns whether anything changed. Followers are asked again; the change is noted.
    """
    access = row or inherited_by(item.home)
    own_id = row.pk if row else None
    if (item.policy_id, item.access_id) == (own_id, access.pk):
        return False
    before = item.access
    Item.objects.filter(pk=item.pk).update(policy=row, access=access, updated_at=timezone.now())
    note(viewer, "item.policy", item=str(item.pk), title=item.title, before=before.spec, after=access.spec)
    publish(item.topic, "item.access", ref=item.pk)
    return True


def note(viewer: Viewer, action: str, **details: Any) -> None:
    """One line of activity by whoever the viewer is."""
    actor = User.objects.filter(pk=viewer.person_id).first() if viewer.person_id else None
    record(action, actor=actor, **details)


def spread(collection: Collection, access: AccessPolicy) -> None:
    """What a collection's things inherit has changed: its items that say nothing themselves, and its seasons with theirs.

    One statement for the items of each collection, and one event for each item. Inside the caller's transaction, which has
    locked the collection. What gets a policy of its own at this moment is waited for, and left alone.
    """
    now = timezone.now()
    Collection.objects.filter(pk=collection.pk).update(access=access, updated_at=now)
    inheriting = Item.objects.filter(home=collection, policy=None).exclude(access=access)
    changed = list(inheriting.select_for_update().order_by("pk").values_list("pk", flat=True))
    Item.objects.filter(pk__in=changed).update(access=access, updated_at=now)
    children = Collection.objects.select_for_update(of=("self",)).filter(parent=collection, policy=None)
    for child in children.order_by("pk"):
        spread(child, access)
    tell_access(changed)
    publish(collection.topic, "collection.access", ref=collection.pk)


def tell_access(items: Iterable[UUID]) -> None:
    """Who follows these items is asked again, and pages that show them ask again."""
    for pk in sorted(items):
        publish(f"item:{pk}", "item.access", ref=pk)


def collect_policies(*, now: datetime, check: Callable[[], None] | None = None) -> int:
    """Deletes rows that nothing names and nobody looked up for a day; returns how many."""
    if check:
        check()
    unused = AccessPolicy.objects.filter(seen_at__lt=now - _UNUSED_KEPT).exclude(
        Q(digest=digest_of(as_spec(SITE_POLICY)))
        | Exists(Item.objects.filter(access=OuterRef("pk")))
        | Exists(Item.objects.filter(policy=OuterRef("pk")))
        | Exists(Collection.objects.filter(access=OuterRef("pk")))
        | Exists(Collection.objects.filter(policy=OuterRef("pk")))
    )
    with transaction.atomic():
        # Marked rows wait for whoever marked them; the row is then read anew, and stays.
        gone = list(unused.select_for_update(of=("self",), skip_locked=True).values_list("pk", flat=True)[:5000])
        return AccessPolicy.objects.filter(pk__in=gone).delete()[1].get("catalog.AccessPolicy", 0)
