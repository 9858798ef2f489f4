"""What people play."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from apps.catalog.access import Subject
from apps.catalog.enums import Kind, Origin, Policy, State
from apps.catalog.loudness import Loud, loudness_of
from apps.catalog.querysets import ItemQuerySet
from apps.core.models import Base


class Item(Base):
    """One thing that a member plays.

    `state` says whether it can be played, `published_at` from when on others see it, `policy` who of them may play it.
    """

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="items", db_index=False
    )
    kind = models.CharField(max_length=12, choices=Kind.choices)
    origin = models.CharField(max_length=12, choices=Origin.choices, default=Origin.UPLOADED)
    title = models.CharField(max_length=200)
    slug = models.SlugField(max_length=80, db_index=False)
    asset = models.ForeignKey(
        "media.Asset", null=True, blank=True, on_delete=models.PROTECT, related_name="items", help_text="Its source."
    )
    duration_ms = models.PositiveBigIntegerField(null=True, blank=True)

    state = models.CharField(max_length=12, choices=State.choices, default=State.PREPARING)
    trouble_code = models.CharField(max_length=60, blank=True)
    trouble = models.CharField(max_length=500, blank=True, help_text="Why it failed, for its owner.")

    policy = models.CharField(max_length=12, choices=Policy.choices, default=Policy.PUBLIC)
    published_at = models.DateTimeField(null=True, blank=True)
    trashed_at = models.DateTimeField(null=True, blank=True)

    objects = ItemQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["-id"], name="item_listed", condition=Q(trashed_at=None, published_at__isnull=False)),
            models.Index(fields=["kind", "-id"], name="item_kind", condition=Q(trashed_at=None)),
            models.Index(fields=["origin", "-id"], name="item_origin", condition=Q(trashed_at=None)),
            models.Index(fields=["owner", "-id"], name="item_mine"),
            models.Index(fields=["trashed_at"], name="item_trash", condition=Q(trashed_at__isnull=False)),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="item_kind_known"),
            models.CheckConstraint(condition=Q(origin__in=Origin.values), name="item_origin_known"),
            models.CheckConstraint(condition=Q(state__in=State.values), name="item_state_known"),
            models.CheckConstraint(condition=Q(policy__in=Policy.values), name="item_policy_known"),
            models.CheckConstraint(condition=~Q(title=""), name="item_has_title"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return f"/i/{self.slug}-{self.pk}/"

    @property
    def subject(self) -> Subject:
        return Subject(self.owner_id, self.policy, self.published_at, self.trashed_at)

    @property
    def loudness(self) -> Loud | None:
        """What players are told; costs no query where `asset__loudness` was selected with the item."""
        return loudness_of(self.kind, getattr(self.asset, "loudness", None))

    @property
    def topic(self) -> str:
        return f"item:{self.pk}"
