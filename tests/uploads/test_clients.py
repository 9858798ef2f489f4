"""The clients that people use, against the site's real server."""

import pytest

from apps.catalog.models import Item
from apps.media.models import Upload
from tests.conftest import make_person
from tests.jobs.running import run_jobs
from tests.serving import serving
from tests.uploads.killing import MIB, Client, arrived, sparse_sound, upload

pytestmark = pytest.mark.django_db(transaction=True)

CLIENTS = [Client("tuspy", MIB // 4), Client("tus-js", MIB // 4), Client("tus-js", MIB // 4, parallel=3)]
LARGE = [Client("tuspy", 8 * MIB), Client("tus-js", 16 * MIB), Client("tus-js", 8 * MIB, parallel=3)]


def name_of(client: Client) -> str:
    return f"{client.name}-{client.parallel}"


@pytest.fixture
def _own_media_folder():
    """The server is another process: it keeps to the folder of the whole run."""


@pytest.fixture
def creator(db):
    return make_person("olive", "creator")


@pytest.mark.parametrize("client", CLIENTS, ids=name_of)
def test_a_file_arrives_although_server_and_client_are_killed(creator, tmp_path, client):
    file = sparse_sound(tmp_path / "a.wav", 32 * MIB, seed=1)
    with serving() as site:
        report = upload(site, creator, file, client, kills=4, seed=client.parallel, folder=tmp_path)
    assert 1 <= report.server_kills + report.client_kills <= 4
    run_jobs("default")
    assert arrived(file)
    assert Item.objects.latest("created_at").title == "a"


@pytest.mark.soak
@pytest.mark.parametrize("client", LARGE, ids=name_of)
def test_a_gigabyte_arrives_although_server_and_client_are_killed_fifty_times(creator, tmp_path, client, capsys):
    file = sparse_sound(tmp_path / "a.wav", 1024 * MIB, seed=2)
    with serving() as site:
        report = upload(site, creator, file, client, kills=50, seed=client.parallel, folder=tmp_path)
    run_jobs("default")
    assert arrived(file)
    with capsys.disabled():
        print(f"\n{name_of(client)}: {report}")
    assert report.server_kills + report.client_kills == 50
    assert Upload.objects.filter(state="done").count() == 1
