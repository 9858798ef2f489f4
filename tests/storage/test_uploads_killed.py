"""Uploads that end in S3 while the client, the site's server and the worker that moves them are killed again and again."""

import hashlib
import random
import subprocess
import sys
import time
from io import StringIO

import pytest
from django.core.management import call_command
from django.db.models.functions import Now
from django.utils import timezone

from apps.jobs.models import Job
from apps.jobs.services.recover import expired_ids, recover
from apps.media.enums import Place
from apps.media.models import Asset, Upload
from apps.media.services.collect import drop_other_assets
from apps.media.services.move import BOTH_KEPT
from apps.media.work import MOVE_ASSET
from tests.jobs.running import run_jobs
from tests.serving import ROOT, environment, serving
from tests.stubs.strict_s3 import BUCKET, StrictS3
from tests.uploads.killing import MIB, Client, Report, sparse_sound, upload

pytestmark = pytest.mark.django_db(transaction=True)

LARGE = [Client("tuspy", 8 * MIB), Client("tus-js", 16 * MIB)]


@pytest.fixture
def way(s3_known, s3_variables, media, owner, tmp_path):
    """Brings a file of so many bytes to the bucket, and says how often what was killed on its way."""

    def bring(client: Client, size_bytes: int, *, kills: int, mover_kills: int, seed: int) -> tuple[Report, int]:
        file = sparse_sound(tmp_path / "a.wav", size_bytes, seed=seed)
        with serving(**s3_variables) as site:
            report = upload(site, owner, file, client, kills=kills, seed=seed, folder=tmp_path)
        assert report.uploads == 1, "it was never begun again"
        run_jobs("default", "io")
        assert Upload.objects.get().state == "done"
        call_command("storage", "move", "--to", "s3", stdout=StringIO())
        run_jobs("default")
        killed = kill_movers(s3_known, s3_variables, size_bytes, times=mover_kills, chance=random.Random(seed))
        run_jobs("io", "default")
        check_it_lives_in_s3_alone(s3_known, media, hashlib.sha256(file.read_bytes()).hexdigest())
        return report, killed

    return bring


def kill_movers(s3: StrictS3, variables: dict[str, str], size_bytes: int, *, times: int, chance: random.Random) -> int:
    """Each attempt at the move is killed at a random place between its first request and the last of reading back."""
    line = [sys.executable, "manage.py", "work", "--queue", "io", "--once"]
    killed = 0
    for _ in range(times):
        place = len(s3.requests) + 1 + chance.randrange(max(1, size_bytes // (8 * MIB)))
        worker = subprocess.Popen(line, cwd=ROOT, env=environment(**variables))
        try:
            while worker.poll() is None and len(s3.requests) < place:
                time.sleep(0.005)
            time.sleep(chance.uniform(0, 0.1))
        finally:
            worker.kill()
            worker.wait()
        killed += Job.objects.filter(kind=MOVE_ASSET, state="running").exists()
        asset = Asset.objects.get()
        assert asset.storage == Place.S3 or asset.file.exists()
        take_back()
    return killed


def take_back() -> None:
    """As the sweeper does, once the lease of a silent worker is over."""
    Job.objects.filter(state="running").update(lease_until=Now())
    for job_id in expired_ids():
        recover(job_id)


def check_it_lives_in_s3_alone(s3: StrictS3, media, sha256: str) -> None:
    asset = Asset.objects.get()
    assert asset.storage == Place.S3
    assert s3.names() == [asset.path]
    assert s3.client.list_multipart_uploads(Bucket=BUCKET).get("Uploads", []) == [], "no parts of killed attempts"
    drop_other_assets(timezone.now() + BOTH_KEPT * 2)
    assert [path for path in media.rglob("*") if path.is_file()] == []
    digest = hashlib.sha256()
    for block in s3.client.get_object(Bucket=BUCKET, Key=asset.path)["Body"].iter_chunks(MIB):
        digest.update(block)
    assert digest.hexdigest() == sha256


def test_an_upload_reaches_s3_although_everything_on_its_way_is_killed(way):
    report, mover_kills = way(Client("tus-js", MIB), 40 * MIB, kills=3, mover_kills=1, seed=6)
    assert report.server_kills
    assert report.client_kills
    assert Job.objects.get(kind=MOVE_ASSET).attempt == mover_kills + 1


@pytest.mark.soak
@pytest.mark.parametrize("client", LARGE, ids=lambda client: client.name)
def test_a_gigabyte_reaches_s3_although_everything_on_its_way_is_killed_fifty_times(way, client, capsys):
    began = time.monotonic()
    report, mover_kills = way(client, 1024 * MIB, kills=50, mover_kills=8, seed=5)
    with capsys.disabled():
        print(f"\n{client.name}: {report}, {mover_kills} kills of the mover, {time.monotonic() - began:.0f} s together")
    assert report.server_kills + report.client_kills == 50
    assert mover_kills >= 4
    assert Job.objects.get(kind=MOVE_ASSET).attempt == mover_kills + 1
