"""Tiers as staff make and change them. A change is felt here at once, by other processes within five seconds.

What was pushed to others (how many jobs somebody may run, open sockets) follows by the job `memberships.retier`.
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from django.utils import timezone
from django.utils.text import slugify

from apps.accounts.services.activity import record
from apps.core.errors import Conflict, Invalid
from apps.jobs.services.submit import submit
from apps.memberships import ladder
from apps.memberships.conf import BENEFITS_MOST, TIERS_MOST
from apps.memberships.models import Tier
from apps.memberships.permissions import check_manage_members
from apps.memberships.references import references_to
from apps.memberships.signals import tier_changed
from apps.memberships.work import RETIER, RetierParams

if TYPE_CHECKING:
    from apps.accounts.models import User

CHANGEABLE = (
    "title", "slug", "rank", "summary", "benefits", "price_cents", "currency", "join_url", "trial_days", "listed",
    "storage_bytes", "largest_height", "downloads", "jobs_at_once",
)  # fmt: skip
_FELT = frozenset({"rank", "storage_bytes", "largest_height", "downloads", "jobs_at_once"})
_RANK_STEP = 10


@transaction.atomic
def create_tier(*, by: "User", title: str, **fields: Any) -> Tier:
    """Without a rank it comes above all others, without a slug it gets one from its title. Raises NotAllowed, Invalid."""
    check_manage_members(by)
    if Tier.objects.count() >= TIERS_MOST:
        raise Conflict(f"There are {TIERS_MOST} tiers already. Change one of them.")
    tier = Tier(title=title)
    fields.setdefault("rank", max(Tier.objects.values_list("rank", flat=True), default=0) + _RANK_STEP)
    if not fields.get("slug"):
        fields["slug"] = _free_slug(title)
    _fill(tier, {"title": title, **fields})
    _save(tier, force_insert=True)
    record("tier.created", actor=by, tier=tier.title, tier_id=str(tier.pk))
    _spread(tier, felt=False)
    return tier


@transaction.atomic
def change_tier(*, tier: Tier, by: "User", **fields: Any) -> Tier:
    """Changes what is given and leaves the rest. Raises NotAllowed, Invalid."""
    check_manage_members(by)
    tier = Tier.objects.select_for_update().get(pk=tier.pk)
    before = {name: getattr(tier, name) for name in fields}
    _fill(tier, fields)
    changed = {name for name, old in before.items() if getattr(tier, name) != old}
    if changed:
        _save(tier)
        told = {name: [before[name], getattr(tier, name)] for name in sorted(changed)}
        record("tier.changed", actor=by, tier=tier.title, tier_id=str(tier.pk), changed=told)
        _spread(tier, felt=bool(changed & _FELT))
    return tier


@transaction.atomic
def archive_tier(*, tier: Tier, by: "User") -> Tier:
    """Nobody can get it any more; who has it keeps it."""
    return _move(tier, by, archive=True)


@transaction.atomic
def restore_tier(*, tier: Tier, by: "User") -> Tier:
    return _move(tier, by, archive=False)


@transaction.atomic
def reorder_tiers(*, order: Sequence[UUID], by: "User") -> list[Tier]:
    """Gives the tiers new ranks in this order, the lowest first: 10, 20, … Raises Invalid unless each is named once."""
    check_manage_members(by)
    tiers = {tier.pk: tier for tier in Tier.objects.select_for_update().order_by("pk")}
    if sorted(order) != sorted(tiers):
        raise Invalid("Name every tier once.", fields={"order": ["The tiers have changed meanwhile: look again."]})
    for place, pk in enumerate(order, start=1):
        rank = place * _RANK_STEP
        if tiers[pk].rank != rank:
            change_tier(tier=tiers[pk], by=by, rank=rank)
            tiers[pk].rank = rank
    return [tiers[pk] for pk in order]


@transaction.atomic
def delete_tier(*, tier: Tier, by: "User") -> None:
    """For a tier that nobody ever had. Raises Conflict, with what refers to it, where it can only be archived."""
    check_manage_members(by)
    uses = [
        *(["memberships that people have or had"] if tier.grants.exists() else []),
        *(["gifts"] if tier.gifts.exists() else []),
        *references_to(tier.pk),
    ]
    if uses:
        raise _in_use(tier, uses)
    pk = tier.pk
    try:
        with transaction.atomic():
            tier.delete()
    except ProtectedError as error:
        raise _in_use(tier, ["something that was made just now"]) from error
    record("tier.deleted", actor=by, tier=tier.title, tier_id=str(pk))
    ladder.forget()
    transaction.on_commit(ladder.forget)
    tier_changed.send(sender=Tier, tier_id=pk)


def _in_use(tier: Tier, uses: Sequence[str]) -> Conflict:
    listed = uses[0] if len(uses) == 1 else f"{', '.join(uses[:-1])} and {uses[-1]}"
    return Conflict(
        f"{tier.title} is named by {listed}, so it cannot be deleted. Archive it instead.", code="tier_in_use"
    )


def _move(tier: Tier, by: "User", *, archive: bool) -> Tier:
    check_manage_members(by)
    now = timezone.now()
    rows = Tier.objects.filter(pk=tier.pk, archived_at__isnull=archive)
    if rows.update(archived_at=now if archive else None, updated_at=now):
        record("tier.archived" if archive else "tier.restored", actor=by, tier=tier.title, tier_id=str(tier.pk))
        _spread(tier, felt=False)
    tier.refresh_from_db()
    return tier


def _fill(tier: Tier, fields: Mapping[str, Any]) -> None:
    for name, value in fields.items():
        if name not in CHANGEABLE:
            raise TypeError(f"{name} of a tier is not changed like this")
        setattr(tier, name, value)
    tier.title = " ".join(tier.title.split())
    tier.currency = tier.currency.upper()
    tier.benefits = [line for line in (" ".join(line.split()) for line in tier.benefits) if line]
    if len(tier.benefits) > BENEFITS_MOST:
        raise Invalid(f"{BENEFITS_MOST} benefits at most.", fields={"benefits": [f"{BENEFITS_MOST} at most."]})
    if tier.price_cents is not None and not tier.currency:
        raise Invalid("A price needs its currency.", fields={"currency": ["As EUR or USD."]})
    _check_currency(tier.currency)


def _check_currency(currency: str) -> None:
    if currency and not (len(currency) == 3 and currency.isascii() and currency.isalpha()):
        raise Invalid("A currency has three letters.", fields={"currency": ["Three letters, as EUR or USD."]})


def _save(tier: Tier, *, force_insert: bool = False) -> None:
    try:
        tier.full_clean(validate_constraints=False)
        with transaction.atomic():
            tier.save(force_insert=force_insert)
    except ValidationError as error:
        fields = {name: [str(line) for line in lines] for name, lines in error.message_dict.items()}
        raise Invalid(next(iter(fields.values()))[0], fields=fields) from error
    except IntegrityError as error:
        sentence = "Another tier has this address."
        raise Invalid(sentence, fields={"slug": [sentence]}) from error


def _free_slug(title: str) -> str:
    base = slugify(title)[:70] or "tier"
    taken = set(Tier.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    return next(slug for slug in (base, *(f"{base}-{n}" for n in range(2, TIERS_MOST + 3))) if slug not in taken)


def _spread(tier: Tier, *, felt: bool) -> None:
    """`felt`: whoever has it has something else now."""
    ladder.forget()
    transaction.on_commit(ladder.forget)
    tier_changed.send(sender=Tier, tier_id=tier.pk)
    if felt:
        params = RetierParams(tier_id=tier.pk)
        transaction.on_commit(lambda: submit(kind=RETIER, params=params, subject=f"memberships.tier:{tier.pk}"))
