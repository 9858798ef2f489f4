"""A stored file: hashed, removed, and deleted a day later."""

import hashlib
from datetime import timedelta

import pytest
from django.conf import settings
from django.utils import timezone

from apps.catalog.enums import Kind
from apps.catalog.models import Item
from apps.jobs.tasks import start
from apps.media.models import Asset
from apps.media.services.collect import collect_removed_assets
from apps.media.services.identify import hash_file
from apps.media.services.remove import remove_asset
from tests.jobs.running import run_jobs
from tests.media.making import make_asset


@pytest.fixture(autouse=True)
def _own_media_folder(settings, tmp_path_factory):
    settings.MEDIA_ROOT = tmp_path_factory.mktemp("media")


def later(hours: float):
    return timezone.now() + timedelta(hours=hours)


def test_a_file_is_hashed_block_by_block(tmp_path):
    content = bytes(range(256)) * 12_345
    path = tmp_path / "file"
    path.write_bytes(content)
    told: list[int] = []
    assert hash_file(path, tell=told.append) == hashlib.sha256(content).hexdigest()
    assert told == [1 << 20, 2 << 20, 3 << 20, len(content)]


def test_who_watches_may_stop_the_hashing(tmp_path):
    path = tmp_path / "file"
    path.write_bytes(bytes(5 << 20))

    def stop(done: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        hash_file(path, tell=stop)


def test_a_removed_file_stays_for_a_day_and_then_goes(owner):
    asset, other = make_asset(owner), make_asset(owner)
    assert remove_asset(asset=asset)
    assert not remove_asset(asset=asset)
    assert asset.file.exists()
    assert collect_removed_assets(later(23.9)) == 0
    assert collect_removed_assets(later(24.1)) == 1
    assert not asset.file.parent.exists()
    assert list(Asset.objects.all()) == [other]
    assert other.file.exists()


def test_a_removed_file_that_something_plays_from_stays(owner):
    asset = make_asset(owner)
    item = Item.objects.create(owner=owner, title="Song", slug="song", kind=Kind.TRACK, asset=asset)
    remove_asset(asset=asset)
    assert collect_removed_assets(later(48)) == 0
    assert asset.file.exists()
    item.delete()
    assert collect_removed_assets(later(48)) == 1


def test_a_collection_that_was_cut_short_is_finished_by_the_next(owner):
    asset = make_asset(owner)
    remove_asset(asset=asset)
    asset.file.unlink()
    assert collect_removed_assets(later(25)) == 1
    assert not asset.file.parent.exists()


def test_the_clock_asks_for_it(owner):
    asset = make_asset(owner)
    remove_asset(asset=asset)
    Asset.objects.update(removed_at=later(-25))
    (work,) = [entry["args"] for entry in settings.CELERY_BEAT_SCHEDULE.values() if entry["args"] == ["media.collect"]]
    start(*work)
    assert run_jobs() == 1
    assert not asset.file.exists()
