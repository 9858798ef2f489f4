"""One thing that people play."""

from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector
from django.db import models
from django.db.models import F, Q

from apps.catalog.access import Subject
from apps.catalog.covers import Cover
from apps.catalog.enums import CoverOrigin, Kind, Origin, State
from apps.catalog.loudness import Loud, loudness_of
from apps.catalog.models.policy import AccessPolicy, known_policy, site_access
from apps.catalog.querysets import TITLE_CONFIG, ItemQuerySet
from apps.core.models import Base


class Item(Base):
    """One thing that a member plays.

    `state` says whether it can be played, `published_at` from when on others see it, `access` who of them may play it: its
    own `policy`, else its home's, else the site's. Whoever changes one of these sets `access` (`services/policy.py`).
    `tags` and `chapters` are what its file said when it was described, `chapters` until somebody changes them: a list of
    `{start_ms, title}`. `cover` is the key of its picture, empty without one.
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
    duplicate_of = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="duplicates",
        db_index=False,
        help_text="The older item of the same owner and with the same bytes, until the owner has decided.",
    )

    tags = models.JSONField(default=dict, blank=True)
    chapters = models.JSONField(default=list, blank=True)
    cover = models.CharField(max_length=16, blank=True)
    cover_origin = models.CharField(max_length=12, choices=CoverOrigin.choices, blank=True)
    cover_widths = models.JSONField(default=list, blank=True)
    cover_height = models.PositiveIntegerField(null=True, blank=True)
    described_at = models.DateTimeField(null=True, blank=True, help_text="When its file was read for all this.")

    state = models.CharField(max_length=12, choices=State.choices, default=State.PREPARING)
    trouble_code = models.CharField(max_length=60, blank=True)
    trouble = models.CharField(max_length=500, blank=True, help_text="Why it failed, for its owner.")

    demo = models.BooleanField(default=False, help_text="Made by the site itself, to be taken away in one go.")

    home = models.ForeignKey(
        "catalog.Collection", null=True, blank=True, on_delete=models.SET_NULL, related_name="items", db_index=False
    )
    home_number = models.PositiveIntegerField(default=0, help_text="Its place in its home.")
    policy = models.ForeignKey(
        AccessPolicy,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
        help_text="Its own. Empty: as its home says, or the site.",
    )
    access = models.ForeignKey(AccessPolicy, on_delete=models.PROTECT, related_name="items", default=site_access)
    downloads = models.BooleanField(
        default=True, help_text="Whether those whose tier has downloads may keep the original."
    )
    published_at = models.DateTimeField(null=True, blank=True)
    trashed_at = models.DateTimeField(null=True, blank=True)

    objects = ItemQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["-id"], name="item_listed", condition=Q(trashed_at=None, published_at__isnull=False)),
            models.Index(fields=["kind", "-id"], name="item_kind", condition=Q(trashed_at=None)),
            models.Index(fields=["origin", "-id"], name="item_origin", condition=Q(trashed_at=None)),
            models.Index(fields=["owner", "-id"], name="item_mine"),
            models.Index(fields=["state", "-id"], name="item_state", condition=Q(trashed_at=None)),
            models.Index(fields=["-id"], name="item_hidden", condition=Q(trashed_at=None, published_at=None)),
            models.Index(fields=["-id"], name="item_thrown", condition=Q(trashed_at__isnull=False)),
            models.Index(fields=["id"], name="item_demo", condition=Q(demo=True)),
            GinIndex(SearchVector("title", config=TITLE_CONFIG), name="item_title"),
            models.Index(fields=["trashed_at"], name="item_trash", condition=Q(trashed_at__isnull=False)),
            models.Index(fields=["home", "home_number", "id"], name="item_at_home", condition=Q(home__isnull=False)),
            models.Index(fields=["policy"], name="item_own_policy", condition=Q(policy__isnull=False)),
            models.Index(fields=["duplicate_of"], name="item_duplicate", condition=Q(duplicate_of__isnull=False)),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="item_kind_known"),
            models.CheckConstraint(condition=Q(origin__in=Origin.values), name="item_origin_known"),
            models.CheckConstraint(condition=Q(state__in=State.values), name="item_state_known"),
            models.CheckConstraint(condition=Q(policy=None) | Q(policy=F("access")), name="item_own_policy_holds"),
            models.CheckConstraint(condition=~Q(title=""), name="item_has_title"),
            models.CheckConstraint(condition=~Q(duplicate_of=F("id")), name="item_not_of_itself"),
            models.CheckConstraint(
                condition=Q(cover="", cover_origin="")
                | Q(cover__regex="^[0-9a-f]{16}$", cover_origin__in=CoverOrigin.values, cover_height__gt=0),
                name="item_cover_whole",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return f"/i/{self.slug}-{self.pk}/"

    @property
    def subject(self) -> Subject:
        return Subject(self.owner_id, known_policy(self), self.published_at, self.trashed_at)

    @property
    def policy_from(self) -> str:
        """Whose policy `access` is."""
        return "own" if self.policy_id else "collection" if self.home_id else "site"

    @property
    def picture(self) -> Cover | None:
        if not self.cover:
            return None
        return Cover(self.pk, self.cover, self.cover_widths, self.cover_height or 0, self.cover_origin)

    @property
    def loudness(self) -> Loud | None:
        """What players are told; costs no query where `asset__loudness` was selected with the item."""
        return loudness_of(self.kind, getattr(self.asset, "loudness", None))

    @property
    def topic(self) -> str:
        return f"item:{self.pk}"
