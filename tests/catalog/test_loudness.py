import pytest
from django.utils import timezone

from apps.catalog.enums import Kind
from apps.catalog.loudness import CEILING, loudness_of, target_setting
from apps.catalog.models import Item
from apps.core import site_settings
from apps.core.errors import Invalid
from apps.media.models import Asset, Loudness

pytestmark = pytest.mark.django_db


def measured(**fields) -> Loudness:
    found = {"measurable": True, "integrated_lufs": -22.0, "range_lu": 6.0, "true_peak_dbtp": -12.0, **fields}
    return Loudness(analyser="test", measured_at=timezone.now(), **found)


def make_item(owner, row: Loudness | None = None, **fields) -> Item:
    asset = Asset.objects.create(
        owner=owner, name="a", path=f"a/{timezone.now()}", content_type="audio/wav", size_bytes=1
    )
    if row:
        row.asset = asset
        row.save()
    wanted = {"kind": Kind.TRACK, "title": "A", "slug": "a", "published_at": timezone.now(), **fields}
    return Item.objects.create(owner=owner, asset=asset, **wanted)


@pytest.mark.parametrize(
    ("kind", "gain"), [(Kind.TRACK, 8), (Kind.EPISODE, 6), (Kind.CHAPTER, 6), (Kind.CLIP, 6), (Kind.VIDEO, 8)]
)
def test_each_kind_has_a_target_of_its_own(kind, gain):
    assert loudness_of(kind, measured()).gain_db == gain


def test_no_peak_is_raised_above_the_ceiling():
    assert loudness_of(Kind.TRACK, measured(true_peak_dbtp=-4.0)).gain_db == 3


def test_staff_choose_targets_and_ceiling(moderator):
    site_settings.set(target_setting(Kind.TRACK), -18, by=moderator)
    assert loudness_of(Kind.TRACK, measured()).gain_db == 4
    site_settings.set(CEILING, -3.0, by=moderator)
    assert loudness_of(Kind.TRACK, measured(true_peak_dbtp=-5.0)).gain_db == 2
    with pytest.raises(Invalid):
        site_settings.set(CEILING, 3.0, by=moderator)
    with pytest.raises(Invalid):
        site_settings.set(target_setting(Kind.TRACK), float("nan"), by=moderator)


def test_what_cannot_be_measured_has_no_gain():
    assert loudness_of(Kind.TRACK, None) is None
    assert loudness_of(Kind.TRACK, measured(measurable=False, integrated_lufs=None)) is None
    assert loudness_of(Kind.CHANNEL, measured()) is None


def test_the_api_tells_of_it_without_further_queries(client, owner, django_assert_num_queries):
    make_item(owner)
    make_item(owner, measured())
    make_item(owner, measured(measurable=False, integrated_lufs=None, range_lu=None))
    site_settings.get(CEILING)
    with django_assert_num_queries(1):
        told = client.get("/api/v1/items/").json()["results"]
    assert [row["loudness"] for row in told] == [
        None,
        {"integrated_lufs": -22.0, "range_lu": 6.0, "true_peak_dbtp": -12.0, "gain_db": 8.0},
        None,
    ]


def test_who_may_not_see_an_item_does_not_hear_of_its_loudness(client, owner, stranger):
    item = make_item(owner, measured(), published_at=None)
    client.force_login(stranger)
    assert client.get(f"/api/v1/items/{item.pk}/").status_code == 404


def test_the_sites_owner_looks_at_measurements_and_others_do_not(client, moderator, member, owner):
    make_item(owner, measured())
    moderator.is_superuser = True
    moderator.save()
    client.force_login(moderator)
    answer = client.get("/admin/media/loudness/")
    assert answer.status_code == 200
    assert b"-22.0" in answer.content
    assert client.get("/admin/media/loudness/add/").status_code == 403
    client.force_login(member)
    assert client.get("/admin/media/loudness/").status_code != 200
