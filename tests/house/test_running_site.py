"""One site, started once, in a folder whose name is long and has spaces; then everything that may happen to it."""

import json
import os
import shutil
import signal

import psycopg
import pytest
from django.contrib.auth.hashers import Argon2PasswordHasher

from apps.core.embedded import leftovers
from tests.house.site import Site, manage, password_in, wait_until

PARTS = {"postgres", "redis", "web", "worker", "encoder", "beat", "sweeper"}


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    folder = tmp_path_factory.mktemp("site") / "a folder, with spaces" / ("deep" * 30)
    folder.mkdir(parents=True)
    site = Site(folder / "var")
    site.start()
    yield site
    site.remove()


@pytest.fixture
def database(site):
    with psycopg.connect(host=str(site.run), user="bandstand", dbname="bandstand", autocommit=True) as connection:
        yield connection


def test_the_first_start_makes_the_owner_with_a_password_that_is_told_once(site, database):
    rows = database.execute("SELECT username, role, is_superuser, password FROM accounts_user").fetchall()
    assert [row[:3] for row in rows] == [("owner", "owner", True)]
    password = password_in(site.said)
    assert Argon2PasswordHasher().verify(password, rows[0][3])
    for log in (site.data / "log").glob("*.log"):
        assert password not in log.read_text()


def test_the_newcomer_reads_a_few_lines_and_an_address(site):
    assert f"Open http://127.0.0.1:{site.port}/" in site.said
    assert len(site.said.splitlines()) <= 10


def test_nobody_else_on_the_machine_can_look_in(site):
    for folder in (site.data, site.run, site.data / "secrets", site.data / "postgres", site.data / "log"):
        assert folder.stat().st_mode & 0o077 == 0
    secrets = list((site.data / "secrets").iterdir())
    assert {path.name for path in secrets} == {"secret_key", "encryption_keys"}
    assert all(path.stat().st_mode & 0o777 == 0o600 for path in secrets)


def test_the_probes_say_how_it_is_and_nothing_more(site):
    assert site.get("/healthz") == (200, "ok\n")
    wait_until(lambda: site.get("/readyz")[0] == 200)  # the workers come a little later than the pages
    status, body = site.get("/readyz")
    parts = json.loads(body)
    assert (status, parts["ready"]) == (200, True)
    assert {"database", "tables", "redis", "storage"} <= set(parts["parts"])
    assert str(site.data) not in body


def test_the_doctor_finds_every_part_well(site):
    report = manage("doctor", **site.env)
    assert report.returncode == 0, report.stdout
    assert all(line.startswith("✓") for line in report.stdout.splitlines())
    assert f"http://127.0.0.1:{site.port}/" in report.stdout


def test_a_second_start_is_refused_with_the_address_of_the_first(site):
    second = manage("up", **site.env)
    assert second.returncode == 1
    assert second.stderr.strip().splitlines() == [
        f"Bandstand already runs on this data folder (process {site.process.pid}): http://127.0.0.1:{site.port}/"
    ]
    assert site.get("/healthz")[0] == 200


@pytest.mark.parametrize("part", sorted(PARTS))
def test_a_part_that_is_killed_comes_back(site, part):
    before = site.pids()
    os.kill(before[part], signal.SIGKILL)

    def is_back():
        now = site.pids().get(part)
        return now not in {None, before[part]} and leftovers.started_at(now)

    wait_until(is_back)
    wait_until(lambda: site.get("/readyz")[0] == 200)
    untouched = PARTS - {part}
    assert {name: site.pids()[name] for name in untouched} == {name: before[name] for name in untouched}


def test_a_killed_supervisor_takes_everything_with_it_and_the_next_start_works(site, database):
    assert len(site.processes()) >= len(PARTS)
    site.process.kill()
    site.process.wait()
    wait_until(lambda: not site.processes())
    # After a reboot the number in the database's lock file may be anybody's: here it is ours.
    (site.data / "postgres" / "postmaster.pid").write_text(f"{os.getpid()}\n{site.data}/postgres\n")
    site.start()
    wait_until(lambda: site.get("/readyz")[0] == 200)
    assert "password" not in site.said


def test_ctrl_c_ends_all_of_it(site):
    assert site.stop() == 0
    assert not site.processes()
    assert not site.pids()
    assert not (site.data / "postgres" / "postmaster.pid").exists()


def test_the_doctor_of_a_site_that_does_not_run_says_how_to_start_it(site):
    shutil.copy(site.data / "secrets" / "secret_key", site.data / "secrets" / "copy")
    (site.data / "secrets" / "copy").chmod(0o644)
    report = manage("doctor", **site.env)
    assert report.returncode == 1
    assert "✗ site – It is not running: start it with `make run`." in report.stdout
    assert "✗ secrets – Others on this machine can read copy" in report.stdout
    assert "✓ ffmpeg" in report.stdout
    assert not report.stderr
