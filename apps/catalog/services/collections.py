"""Collections: made, changed, thrown away, and filled. What their items inherit follows in the same transaction."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from apps.catalog.access import Viewer
from apps.catalog.enums import CollectionKind
from apps.catalog.models import Collection, Item, PlaylistEntry, row_of
from apps.catalog.permissions import (
    can_edit_item,
    check_edit_item,
    check_make_collection,
    check_see_item,
    check_trash_item,
)
from apps.catalog.policy import SITE_POLICY
from apps.catalog.services.create import LONGEST_TITLE, slug_of
from apps.catalog.services.edit import UNCHANGED, Unchanged
from apps.catalog.services.policy import Spec, note, row_for, spread, tell_access
from apps.core.errors import AppError, Invalid, NotFound
from apps.core.realtime.hub import publish

if TYPE_CHECKING:
    from apps.accounts.models import User

MOST_ITEMS = 500
LONGEST_SUMMARY = 2000


def create_collection(
    *,
    owner: "User",
    viewer: Viewer,
    kind: str,
    title: str,
    summary: str = "",
    parent: Collection | None = None,
    policy: Spec | None = None,
    published_at: datetime | None = None,
) -> Collection:
    """Without items as yet. Raises NotAllowed, and Invalid for what does not fit together."""
    check_make_collection(viewer)
    if parent is not None:
        _check_parent(viewer, kind, parent)
    title = _checked_title(title)
    with transaction.atomic():
        row = row_for(policy)
        if parent is not None:
            parent = _locked(parent.pk)
        inherited = parent.access if parent else row_of(SITE_POLICY)
        return Collection.objects.create(
            owner=owner,
            kind=kind,
            title=title,
            slug=slug_of(title),
            summary=summary.strip()[:LONGEST_SUMMARY],
            parent=parent,
            policy=row,
            access=row or inherited,
            published_at=published_at,
        )


def edit_collection(
    *,
    collection: Collection,
    viewer: Viewer,
    title: str | None = None,
    summary: str | None = None,
    policy: Spec | Unchanged | None = UNCHANGED,
    published_at: datetime | Unchanged | None = UNCHANGED,
) -> Collection:
    """Changes what is given; `policy=None` has it inherit again. Raises NotAllowed or Invalid."""
    check_edit_item(viewer, collection)
    changes: dict[str, object] = {}
    if title is not None:
        title = _checked_title(title)
        changes |= {"title": title, "slug": slug_of(title)}
    if summary is not None:
        changes["summary"] = summary.strip()[:LONGEST_SUMMARY]
    if not isinstance(published_at, Unchanged):
        changes["published_at"] = published_at
    with transaction.atomic():
        if changes:
            Collection.objects.filter(pk=collection.pk).update(**changes, updated_at=timezone.now())
        if not isinstance(policy, Unchanged):
            _set_policy(collection, policy, viewer)
        publish(collection.topic, "collection.changed", ref=collection.pk)
    collection.refresh_from_db()
    return collection


def _set_policy(collection: Collection, spec: Spec | None, viewer: Viewer) -> None:
    row = row_for(spec)
    if collection.parent_id:
        _locked(collection.parent_id)  # before its own, as where a policy spreads
    found = _locked(collection.pk)
    access = row or (found.parent.access if found.parent else row_of(SITE_POLICY))
    if (found.policy_id, found.access_id) == (row.pk if row else None, access.pk):
        return
    # In one statement: an own policy and what it comes to are never two things.
    Collection.objects.filter(pk=found.pk).update(policy=row, access=access, updated_at=timezone.now())
    note(viewer, "collection.policy", collection=str(found.pk), title=found.title, before=found.access.spec, after=access.spec)  # fmt: skip
    spread(found, access)


def _locked(pk: UUID) -> Collection:
    """As it is now, and until the caller's transaction ends. Raises NotFound.

    Locked first and then read: a join that was made before the wait would not find the row that it waited for.
    """
    Collection.objects.select_for_update().filter(pk=pk).first()
    found = Collection.objects.select_related("parent__access", "access").filter(pk=pk).first()
    if found is None:
        raise NotFound("There is no such collection any more.")
    return found


def trash_collection(*, collection: Collection, viewer: Viewer) -> None:
    """Into the trash; its items stay where they are, and as shut as they were. Twice is once."""
    check_trash_item(viewer, collection)
    now = timezone.now()
    with transaction.atomic():
        if Collection.objects.filter(pk=collection.pk, trashed_at=None).update(trashed_at=now, updated_at=now):
            publish(collection.topic, "collection.trashed", ref=collection.pk)


def restore_collection(*, collection: Collection, viewer: Viewer) -> None:
    check_trash_item(viewer, collection)
    thrown = Collection.objects.filter(pk=collection.pk, trashed_at__isnull=False)
    with transaction.atomic():
        if thrown.update(trashed_at=None, updated_at=timezone.now()):
            publish(collection.topic, "collection.restored", ref=collection.pk)


def delete_collection(*, pk: UUID, thrown_before: datetime) -> bool:
    """For good, once it has been in the trash for long. What inherited from it keeps what it had, as its own."""
    with transaction.atomic():
        found = Collection.objects.select_for_update(of=("self",)).filter(pk=pk, trashed_at__lt=thrown_before).first()
        if found is None:
            return False
        release(Item.objects.filter(home=found), found)
        Collection.objects.filter(parent=found, policy=None).exclude(access=row_of(SITE_POLICY)).update(
            policy_id=found.access_id
        )
        found.delete()
    return True


def release(items: Any, home: Collection) -> None:
    """These items of `home` live nowhere any more. What they inherited becomes their own: nothing opens by that."""
    if home.access_id != row_of(SITE_POLICY).pk:
        items.filter(policy=None).update(policy_id=home.access_id)
    items.update(home=None, home_number=0, updated_at=timezone.now())


def set_items(*, collection: Collection, viewer: Viewer, item_ids: Sequence[UUID]) -> None:
    """Makes these its items, in this order. Raises NotAllowed, and Invalid naming the field `items`.

    A home takes items of its own people, which leave the homes that they had; a playlist refers to whatever its owner sees.
    """
    check_edit_item(viewer, collection)
    ids = list(dict.fromkeys(item_ids))
    if len(ids) > MOST_ITEMS:
        raise _invalid(f"A collection has {MOST_ITEMS} items at most.")
    with transaction.atomic():
        locked = _locked(collection.pk)
        (_set_home if locked.is_home else _set_places)(locked, viewer, ids)
        publish(locked.topic, "collection.changed", ref=locked.pk)


def add_item(*, collection: Collection, viewer: Viewer, item_id: UUID) -> None:
    """At the end; one that is there already stays where it is."""
    set_items(collection=collection, viewer=viewer, item_ids=[*ids_in(collection), item_id])


def remove_item(*, collection: Collection, viewer: Viewer, item_id: UUID) -> None:
    set_items(collection=collection, viewer=viewer, item_ids=[one for one in ids_in(collection) if one != item_id])


def move_item(*, collection: Collection, viewer: Viewer, item_id: UUID, by: int) -> None:
    """Some places down, or up. What is not in it stays out of it."""
    ids = ids_in(collection)
    if item_id not in ids:
        return
    at = ids.index(item_id)
    ids.insert(max(0, min(len(ids) - 1, at + by)), ids.pop(at))
    set_items(collection=collection, viewer=viewer, item_ids=ids)


def ids_in(collection: Collection) -> list[UUID]:
    """Its items in order, the trashed ones too, so that they are there again when they come back."""
    if collection.is_home:
        items = Item.objects.filter(home=collection).order_by("home_number", "pk")
        return list(items.values_list("pk", flat=True)[: MOST_ITEMS + 1])
    places = PlaylistEntry.objects.filter(collection=collection).order_by("number", "pk")
    return list(places.values_list("item_id", flat=True)[: MOST_ITEMS + 1])


def items_of(collection: Collection, viewer: Viewer, now: datetime) -> list[Item]:
    """What the viewer may know of it, in order. One query, or two for a playlist."""
    visible = (
        Item.objects.visible_to(viewer, now)
        .defer("chapters", "asset__probe")
        .select_related("owner", "access", "asset__loudness")
    )
    if collection.is_home:
        return list(visible.filter(home=collection).order_by("home_number", "pk")[:MOST_ITEMS])
    ids = ids_in(collection)
    found = {item.pk: item for item in visible.filter(pk__in=ids)}
    return [found[pk] for pk in ids if pk in found]


def _set_home(collection: Collection, viewer: Viewer, ids: Sequence[UUID]) -> None:
    """About six statements, and an event for each item that opens or shuts by it."""
    items = {item.pk: item for item in Item.objects.select_for_update(of=("self",)).filter(pk__in=ids).order_by("pk")}
    for pk in ids:
        item = items.get(pk)
        if item is None or not can_edit_item(viewer, item):
            raise _invalid("Only what is yours can live here.")
    release(Item.objects.filter(home=collection).exclude(pk__in=ids), collection)
    changed = [item.pk for item in items.values() if item.policy_id is None and item.access_id != collection.access_id]
    for number, pk in enumerate(ids, 1):
        items[pk].home, items[pk].home_number = collection, number
        if items[pk].policy_id is None:
            items[pk].access = collection.access
    Item.objects.bulk_update(items.values(), ["home", "home_number", "access"])
    tell_access(changed)


def _set_places(collection: Collection, viewer: Viewer, ids: Sequence[UUID]) -> None:
    now = timezone.now()
    there = set(ids_in(collection))
    items = {item.pk: item for item in Item.objects.filter(pk__in=ids).select_related("access")}
    for pk in ids:
        if pk not in there and (pk not in items or not _sees(viewer, items[pk], now)):
            raise _invalid("There is no such item.")
    PlaylistEntry.objects.filter(collection=collection).delete()
    PlaylistEntry.objects.bulk_create(
        PlaylistEntry(collection=collection, item_id=pk, number=number)
        for number, pk in enumerate(ids, 1)
        if pk in items
    )


def _sees(viewer: Viewer, item: Item, now: datetime) -> bool:
    try:
        check_see_item(viewer, item, now)
    except AppError:
        return False
    return True


def _check_parent(viewer: Viewer, kind: str, parent: Collection) -> None:
    if kind != CollectionKind.SEASON or parent.kind != CollectionKind.SERIES:
        raise Invalid(
            "Only a season lies in another collection: its series.", fields={"parent": ["This is no series."]}
        )
    check_edit_item(viewer, parent)


def _checked_title(title: str) -> str:
    title = title.strip()
    if not title or len(title) > LONGEST_TITLE:
        raise Invalid("A title has 1 to 200 characters.", fields={"title": ["A title has 1 to 200 characters."]})
    return title


def _invalid(sentence: str) -> Invalid:
    return Invalid(sentence, fields={"items": [sentence]})
