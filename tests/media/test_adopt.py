from datetime import timedelta

import pytest
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from apps.media.models import Asset
from apps.media.names import clean_name, title_from
from apps.media.services.adopt import create_asset, placed_file
from apps.media.services.collect import collect_removed_assets
from apps.media.services.examine import examine_file
from apps.media.services.remove import remove_asset
from tests import clips


@pytest.fixture(autouse=True)
def _own_media_folder(settings, tmp_path_factory):
    settings.MEDIA_ROOT = tmp_path_factory.mktemp("media")


def adopt(owner) -> Asset:
    path = clips.clip("short")
    probe = examine_file(path)
    with placed_file(path, probe) as placed, transaction.atomic():
        return create_asset(placed=placed, owner=owner, probe=probe)


def test_an_adopted_file_has_a_place_of_its_own(owner):
    asset = adopt(owner)
    assert asset.file.read_bytes() == clips.clip("short").read_bytes()
    assert asset.path == f"assets/{asset.pk}/source.mp4"
    assert (asset.content_type, asset.size_bytes, asset.sha256) == ("video/mp4", asset.file.stat().st_size, None)
    assert asset.facts.video.codec == "h264"


def test_nothing_is_left_when_the_rows_cannot_be_written(db):
    path = clips.clip("short")
    with pytest.raises(RuntimeError), placed_file(path, examine_file(path)):
        raise RuntimeError
    assert list((settings.MEDIA_ROOT / "assets").glob("*")) == []
    assert path.exists()


def test_what_a_file_was_adopted_from_outlives_it(owner):
    asset = adopt(owner)
    assert remove_asset(asset=asset)
    assert collect_removed_assets(timezone.now() + timedelta(days=2)) == 1
    assert not asset.file.parent.exists()
    assert clips.clip("short").exists()


def test_only_who_brought_a_file_and_who_operates_the_site_see_it(owner, stranger, moderator):
    asset = adopt(owner)
    assert list(Asset.objects.visible_to(owner)) == list(Asset.objects.visible_to(moderator)) == [asset]
    assert not Asset.objects.visible_to(stranger).exists()


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\films\\a.mp4", "a.mp4"),
        ("a\x00b\n\u202ec.mp4", "abc.mp4"),
        ("...", "file"),
        ("x" * 500, "x" * 200),
    ],
)
def test_names_are_made_harmless(raw, clean):
    assert clean_name(raw) == clean


def test_a_title_comes_from_the_name():
    assert title_from("my_great_film.final.mp4") == "my great film.final"
