from datetime import timedelta

import pytest
from django.utils import timezone

from apps.catalog.covers import cover_name, covers_folder
from apps.catalog.enums import Kind
from apps.catalog.models import Item
from apps.catalog.services.empty_trash import KEPT_DAYS, empty_trash
from apps.core import site_settings
from apps.jobs.services.periodic import submit_periodic
from apps.media.enums import AssetState
from apps.media.models import Asset
from tests.jobs.running import run_jobs

pytestmark = pytest.mark.django_db


def thrown_away(owner, *, days: int | None, asset: Asset | None = None) -> Item:
    trashed_at = timezone.now() - timedelta(days=days) if days is not None else None
    return Item.objects.create(
        owner=owner, title="Old", slug="old", kind=Kind.VIDEO, trashed_at=trashed_at, asset=asset
    )


@pytest.fixture
def asset(owner) -> Asset:
    return Asset.objects.create(
        owner=owner, name="a.mp4", path="assets/a/a.mp4", content_type="video/mp4", size_bytes=1
    )


def test_only_what_is_long_in_the_trash_goes(owner):
    gone, kept, never = (thrown_away(owner, days=days) for days in (31, 29, None))
    assert empty_trash(now=timezone.now()) == 1
    assert set(Item.objects.values_list("pk", flat=True)) == {kept.pk, never.pk}
    assert not Item.objects.filter(pk=gone.pk).exists()


def test_staff_decide_how_long_that_is(owner):
    thrown_away(owner, days=3)
    site_settings.set(KEPT_DAYS, 2, by=owner)
    assert empty_trash(now=timezone.now()) == 1


def test_a_source_goes_with_the_last_item_made_from_it(owner, asset):
    thrown_away(owner, days=40, asset=asset)
    other = thrown_away(owner, days=None, asset=asset)
    empty_trash(now=timezone.now())
    asset.refresh_from_db()
    assert asset.state == AssetState.STORED
    Item.objects.filter(pk=other.pk).update(trashed_at=timezone.now() - timedelta(days=40))
    empty_trash(now=timezone.now())
    asset.refresh_from_db()
    assert asset.state == AssetState.REMOVED


def test_pictures_go_with_their_item(owner, settings, tmp_path, django_capture_on_commit_callbacks):
    settings.MEDIA_ROOT = tmp_path
    gone, kept = (thrown_away(owner, days=days) for days in (31, 29))
    for item in (gone, kept):
        covers_folder(item.pk).mkdir(parents=True)
        (covers_folder(item.pk) / cover_name("0123456789abcdef", 320)).touch()
    with django_capture_on_commit_callbacks(execute=True):
        empty_trash(now=timezone.now())
    assert list((tmp_path / "covers").iterdir()) == [covers_folder(kept.pk)]


def test_the_clock_has_it_done(owner):
    thrown_away(owner, days=31)
    job = submit_periodic(kind="catalog.empty_trash")
    run_jobs()
    job.refresh_from_db()
    assert (job.state, job.result) == ("succeeded", {"items": 1, "policies": 0, "collections": 0})
