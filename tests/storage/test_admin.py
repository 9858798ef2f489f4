"""Staff move single things; others have no way to."""

import html

import pytest

from apps.accounts.enums import Role
from apps.jobs.models import Job
from apps.media.enums import Place
from apps.media.models import Asset
from apps.streaming.models import Generation
from tests.conftest import make_person
from tests.jobs.running import run_jobs
from tests.streaming.making import make_full_stream

pytestmark = pytest.mark.django_db


@pytest.fixture
def operator(db):
    return make_person("opal", Role.OWNER)


@pytest.mark.parametrize(("address", "model"), [("media/asset", Asset), ("streaming/generation", Generation)])
def test_staff_move_what_they_choose_there_and_back(s3_known, client, owner, operator, address, model):
    chosen, other = make_full_stream(owner), make_full_stream(owner)
    ids = {Asset: (chosen.item.asset_id, other.item.asset_id), Generation: (chosen.pk, other.pk)}[model]
    client.force_login(operator)
    for action, place in (("move_to_s3", Place.S3), ("move_to_disk", Place.LOCAL)):
        answer = client.post(f"/admin/{address}/", {"action": action, "_selected_action": [str(ids[0])]}, follow=True)
        assert f"Queued to be moved to {place.label}: 1" in html.unescape(answer.content.decode())
        run_jobs()
        assert model.objects.get(pk=ids[0]).storage == place
        assert model.objects.get(pk=ids[1]).storage == Place.LOCAL


def test_without_a_bucket_staff_hear_what_is_missing(media, client, owner, operator):
    made = make_full_stream(owner)
    client.force_login(operator)
    answer = client.post(
        "/admin/streaming/generation/", {"action": "move_to_s3", "_selected_action": [str(made.pk)]}, follow=True
    )
    assert "set S3_BUCKET" in answer.content.decode()
    assert not Job.objects.exists()


def test_members_move_nothing(s3_known, client, owner, member):
    made = make_full_stream(owner)
    client.force_login(member)
    answer = client.post("/admin/streaming/generation/", {"action": "move_to_s3", "_selected_action": [str(made.pk)]})
    assert answer.status_code in {302, 403}
    assert not Job.objects.exists()
