import io
import json
import zipfile
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from apps.accounts.models import Activity, DataExport
from apps.accounts.registry import exports
from apps.accounts.services.export import ask_for_export, export_file, remove_old_exports
from apps.accounts.services.tokens import create_token
from apps.core.errors import Conflict
from apps.jobs.models import Job
from apps.jobs.services.cancel import cancel
from apps.notifications.models import Notification
from tests.jobs.running import run_jobs
from tests.web.making import make_item


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.MEDIA_ROOT.mkdir()


@pytest.fixture
def made(owner):
    make_item(owner, "Mine alone")
    create_token(owner=owner, name="script", scopes=["read"])
    row = ask_for_export(person=owner)
    run_jobs()
    row.refresh_from_db()
    return row


def contents(answer) -> dict[str, list]:
    archive = zipfile.ZipFile(io.BytesIO(b"".join(answer)))
    return {name: json.loads(archive.read(name)) for name in archive.namelist() if name.endswith(".json")}


def test_its_person_fetches_everything_that_apps_keep_of_them(client, owner, stranger, made):
    make_item(stranger, "Not mine")
    client.force_login(owner)
    answer = client.get(reverse("settings-export-file", args=[made.pk]))
    assert answer["Content-Type"] == "application/zip"
    assert "no-store" in answer["Cache-Control"]
    assert answer["Content-Disposition"].startswith("attachment;")
    found = contents(answer)
    assert set(found) == {f"{name}.json" for name in exports()}
    assert found["account.json"][0]["email"] == "olive@example.org"
    assert [item["title"] for item in found["items.json"]] == ["Mine alone"]
    assert {line["action"] for line in found["activity.json"]} >= {"token.made", "export.asked"}
    assert "digest" not in found["tokens.json"][0]
    assert Notification.objects.get(person=owner).url == "/settings/data/"


def test_nobody_else_fetches_it(client, made, stranger, moderator):
    address = reverse("settings-export-file", args=[made.pk])
    assert client.get(address).status_code == 404
    for person in (stranger, moderator):
        client.force_login(person)
        assert client.get(address).status_code == 404
    assert not Activity.objects.filter(action="export.fetched").exists()


def test_a_week_later_it_is_gone(client, owner, made):
    client.force_login(owner)
    address = reverse("settings-export-file", args=[made.pk])
    assert made.expires_at - made.ready_at == timedelta(days=7)
    DataExport.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert client.get(address).status_code == 404


@pytest.mark.django_db(transaction=True)
def test_the_clock_removes_what_is_over_with_its_file(made):
    file = export_file(made.pk)
    assert file.is_file()
    assert remove_old_exports(now=timezone.now() + timedelta(days=6)) == 0
    assert remove_old_exports(now=timezone.now() + timedelta(days=8)) == 1
    assert not file.exists()


def test_one_a_day(client, owner, made):
    client.force_login(owner)
    answer = client.post(reverse("settings-export"), follow=True)
    assert "once a day" in answer.content.decode()
    assert DataExport.objects.count() == 1
    DataExport.objects.update(created_at=timezone.now() - timedelta(days=1))
    client.post(reverse("settings-export"))
    assert DataExport.objects.count() == 2


def test_what_came_to_nothing_may_be_asked_for_again(client, owner):
    row = ask_for_export(person=owner)
    with pytest.raises(Conflict):
        ask_for_export(person=owner)
    cancel(job_id=Job.objects.get(kind="accounts.export").pk)
    row.refresh_from_db()
    assert row.failed_at
    client.force_login(owner)
    assert "did not come about" in client.get("/settings/data/").content.decode()
    ask_for_export(person=owner)


def test_nobody_asks_without_an_account(client, db):
    assert client.post(reverse("settings-export")).status_code == 302
    assert not DataExport.objects.exists()
