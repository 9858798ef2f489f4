"""Ordered sets of items: where items live, and playlists, which only refer to them."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from apps.catalog.access import Subject
from apps.catalog.enums import HOMES, CollectionKind
from apps.catalog.models.item import Item
from apps.catalog.models.policy import AccessPolicy, known_policy, site_access
from apps.catalog.querysets import CollectionQuerySet
from apps.core.models import Base


class Collection(Base):
    """An album, book, series, season, playlist or board.

    `access` is what its items inherit that live here: its own `policy`, else its parent's (a season's series), else the site's.
    """

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="collections",
        db_index=False,
    )
    kind = models.CharField(max_length=12, choices=CollectionKind.choices)
    title = models.CharField(max_length=200)
    slug = models.SlugField(max_length=80, db_index=False)
    summary = models.CharField(max_length=2000, blank=True)
    parent = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="children",
        help_text="A season's series.",
    )
    policy = models.ForeignKey(
        AccessPolicy, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    access = models.ForeignKey(AccessPolicy, on_delete=models.PROTECT, related_name="collections", default=site_access)
    published_at = models.DateTimeField(null=True, blank=True)
    trashed_at = models.DateTimeField(null=True, blank=True)
    entries: "models.ManyToManyField[Item, PlaylistEntry]" = models.ManyToManyField(
        Item, through="PlaylistEntry", related_name="playlists"
    )

    objects = CollectionQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["-id"], name="collection_listed", condition=Q(trashed_at=None, published_at__isnull=False)
            ),
            models.Index(fields=["owner", "-id"], name="collection_mine"),
            models.Index(fields=["policy"], name="collection_own_policy", condition=Q(policy__isnull=False)),
            models.Index(fields=["trashed_at"], name="collection_trash", condition=Q(trashed_at__isnull=False)),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(kind__in=CollectionKind.values), name="collection_kind_known"),
            models.CheckConstraint(condition=~Q(title=""), name="collection_has_title"),
            models.CheckConstraint(
                condition=Q(parent=None) | Q(kind=CollectionKind.SEASON), name="collection_season_of_series"
            ),
            models.CheckConstraint(
                condition=Q(policy=None) | Q(policy=models.F("access")), name="collection_own_policy_holds"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return f"/c/{self.slug}-{self.pk}/"

    @property
    def subject(self) -> Subject:
        return Subject(self.owner_id, known_policy(self), self.published_at, self.trashed_at)

    @property
    def policy_from(self) -> str:
        """Whose policy `access` is."""
        return "own" if self.policy_id else "collection" if self.parent_id else "site"

    @property
    def is_home(self) -> bool:
        return self.kind in HOMES

    @property
    def topic(self) -> str:
        return f"collection:{self.pk}"


class PlaylistEntry(models.Model):
    """A playlist refers to an item, once, in its place."""

    collection = models.ForeignKey(Collection, on_delete=models.CASCADE, related_name="places", db_index=False)
    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="places")
    number = models.PositiveIntegerField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["collection", "number", "id"], name="entry_in_order")]
        constraints: ClassVar = [models.UniqueConstraint(fields=["collection", "item"], name="entry_once")]

    def __str__(self) -> str:
        return f"{self.number}"
