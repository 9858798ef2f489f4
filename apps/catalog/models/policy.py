"""Policies as rows: immutable, each kept once, shared by all that have the same."""

from datetime import timedelta
from typing import ClassVar, Protocol
from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone

from apps.catalog.enums import AudienceKind
from apps.catalog.policy import SITE_POLICY, Door, Policy, as_spec, digest_of, from_spec
from apps.core.models import Base

# The clock of `seen_at` is this coarse; unused rows are kept for a day.
_LOOKED_UP = timedelta(hours=1)

_MOST_KNOWN = 10_000
_known: dict[UUID, Policy] = {}
_site: UUID | None = None


class AccessPolicy(Base):
    """Who may play what names it. Never changed: a thing whose policy changes names another row.

    `spec` is all of it; the other columns say the same to queries (`querysets.py`). `seen_at` is about when somebody last
    looked this policy up to name it, so that one that is about to be named is not collected.
    """

    digest = models.CharField(max_length=64, unique=True)
    kind = models.CharField(max_length=12, choices=AudienceKind.choices)
    rank = models.PositiveIntegerField(default=0)
    tiers = ArrayField(models.UUIDField(), default=list, blank=True)
    preview_s = models.PositiveIntegerField(default=0)
    spec = models.JSONField()
    first_opens_at = models.DateTimeField(null=True, blank=True, help_text="The first step of early access.")
    base_opens = models.BooleanField(default=True, help_text="Whether the base opens by itself.")
    base_waits_for = models.DateTimeField(null=True, blank=True, help_text="The step that the base comes after.")
    seen_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = "access policy"
        verbose_name_plural = "access policies"
        indexes: ClassVar = [models.Index(fields=["seen_at"], name="accesspolicy_age")]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(kind__in=AudienceKind.values), name="accesspolicy_kind_known")
        ]

    def __str__(self) -> str:
        return self.get_kind_display()

    @property
    def policy(self) -> Policy:
        """Read once in each process: rows do not change."""
        found = _known.get(self.pk)
        if found is None:
            if len(_known) >= _MOST_KNOWN:
                _known.clear()
            found = _known[self.pk] = from_spec(self.spec)
        return found


class PolicyStep(models.Model):
    """A step of early access, for queries. Rank 0 without tiers is everyone."""

    policy = models.ForeignKey(AccessPolicy, on_delete=models.CASCADE, related_name="steps", db_index=False)
    opens_at = models.DateTimeField()
    rank = models.PositiveIntegerField(default=0)
    tiers = ArrayField(models.UUIDField(), default=list, blank=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["policy", "opens_at"], name="policystep_of_policy")]

    def __str__(self) -> str:
        return f"{self.rank or self.tiers} from {self.opens_at}"


def known_policy(thing: "HasAccess") -> Policy:
    """What a thing's `access` says. No query where this process has read the row before, or the caller selected it."""
    found = _known.get(thing.access_id) if thing.access_id else None
    return found or thing.access.policy


class HasAccess(Protocol):
    access_id: UUID | None

    @property
    def access(self) -> AccessPolicy: ...


@transaction.atomic
def row_of(policy: Policy) -> AccessPolicy:
    """The policy's row, made if it is the first of its kind; two who make the same at once get the same.

    Costs a query as a rule. A row that nobody looked up for an hour is marked, which whoever collects unused ones sees.
    """
    spec = as_spec(policy)
    rows, now = AccessPolicy.objects.filter(digest=digest_of(spec)), timezone.now()
    row = rows.first()
    if row is not None and (row.seen_at > now - _LOOKED_UP or rows.update(seen_at=now)):
        return row
    base = policy.base
    said = {
        "kind": base.kind,
        "rank": base.rank,
        "tiers": sorted(base.tiers),
        "preview_s": policy.preview_s,
        "spec": spec,
        "first_opens_at": policy.first_opens_at,
        "base_opens": policy.base_opens,
        "base_waits_for": policy.base_waits_for,
    }
    row, made = AccessPolicy.objects.get_or_create(digest=digest_of(spec), defaults=said)
    if made:
        PolicyStep.objects.bulk_create(_step(row, step) for step in policy.steps)
    return row


def _step(row: AccessPolicy, step: Door) -> PolicyStep:
    audience = step.audience
    return PolicyStep(policy=row, opens_at=step.opens_at, rank=audience.rank, tiers=sorted(audience.tiers))


def site_access() -> UUID:
    """What things have that say nothing: the default of their column. Looked up once in each process, and never collected."""
    global _site  # noqa: PLW0603
    if _site is None:
        _site = row_of(SITE_POLICY).pk
    return _site


def forget_site() -> None:
    """For tests, whose rows go away."""
    global _site  # noqa: PLW0603
    _site = None
