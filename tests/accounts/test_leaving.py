from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from rest_framework.test import APIClient

from apps.accounts.avatars import avatars_folder
from apps.accounts.enums import Role
from apps.accounts.models import Activity, User
from apps.accounts.services.activity import record
from apps.accounts.services.export import ask_for_export, export_file
from apps.accounts.services.leave import ask_to_leave, delete_person
from apps.accounts.services.tokens import create_token
from apps.accounts.work import TIDY
from apps.catalog.models import Item
from apps.core.errors import Conflict
from apps.jobs.models import Job
from apps.jobs.services.periodic import submit_periodic
from apps.streaming.models import PlaybackPosition, PlaybackSession
from tests.conftest import make_person
from tests.jobs.running import run_jobs
from tests.web.making import make_item

LEAVE = "/settings/data/leave/"


def over(person):
    User.objects.filter(pk=person.pk).update(leaving_at=timezone.now() - timedelta(seconds=1))


@pytest.fixture
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.MEDIA_ROOT.mkdir()
    return settings.MEDIA_ROOT


def test_it_asks_for_the_password(client, member):
    client.force_login(member)
    assert "Your password" in client.get(LEAVE).content.decode()
    for sent in ({"password": "wrong", "sure": "on"}, {"sure": "on"}, {"password": "correct horse"}):
        assert client.post(LEAVE, sent).status_code == 422
    member.refresh_from_db()
    assert member.leaving_at is None


def test_without_a_password_it_asks_for_a_fresh_sign_in(client, member):
    member.set_unusable_password()
    member.save()
    client.force_login(member)
    assert "sign out, sign in again" in client.get(LEAVE).content.decode()
    assert client.post(LEAVE, {"sure": "on"}).status_code == 200
    member.refresh_from_db()
    assert member.leaving_at is None
    session = client.session
    session["account_authentication_methods_user"] = str(member.pk)
    session["account_authentication_methods"] = [{"method": "code", "at": timezone.now().timestamp()}]
    session.save()
    client.post(LEAVE, {"sure": "on"})
    member.refresh_from_db()
    assert member.leaving_at


def test_the_account_closes_at_once_everywhere(client, member, mailoutbox, django_capture_on_commit_callbacks):
    _, secret = create_token(owner=member, name="script", scopes=["read"])
    elsewhere = Client()
    elsewhere.force_login(member)
    client.force_login(member)
    with django_capture_on_commit_callbacks(execute=True):
        answer = client.post(LEAVE, {"password": "correct horse", "sure": "on"})
    assert "Your account is closed" in answer.content.decode()
    assert client.get("/settings/profile/").status_code == 302
    assert elsewhere.get("/settings/profile/").status_code == 302
    api = APIClient()
    api.credentials(HTTP_AUTHORIZATION=f"Bearer {secret}")
    assert api.get("/api/v1/me/").status_code == 401
    assert client.get("/@mila/").status_code == 404
    run_jobs("io")
    assert "will be deleted in 7 days" in mailoutbox[0].body


def test_signing_in_again_takes_it_back(client, member):
    ask_to_leave(person=member)
    answer = client.post("/accounts/login/", {"login": "mila", "password": "correct horse"}, follow=True)
    assert "Your account stays" in answer.content.decode()
    member.refresh_from_db()
    assert member.leaving_at is None
    assert client.get("/@mila/").status_code == 200
    over_jobs = delete_person(person_id=member.pk, now=timezone.now() + timedelta(days=8))
    assert over_jobs is False


def test_nothing_is_deleted_before_the_time(member):
    ask_to_leave(person=member)
    submit_periodic(kind=TIDY)
    run_jobs()
    assert User.objects.filter(pk=member.pk).exists()


def test_a_week_later_the_clock_deletes_what_is_theirs(owner, stranger, media, mailoutbox):
    mine, theirs = make_item(owner), make_item(stranger)
    PlaybackPosition.objects.create(person=owner, item=theirs, position_ms=9, at=timezone.now(), device="x")
    PlaybackSession.objects.create(item=theirs, person=owner, key="k", expires_at=timezone.now() + timedelta(hours=1))
    avatars_folder(owner.pk).mkdir(parents=True)
    (avatars_folder(owner.pk) / "0-96.webp").write_bytes(b"x")
    export = ask_for_export(person=owner)
    run_jobs()
    assert export_file(export.pk).is_file()
    ask_to_leave(person=owner)
    over(owner)
    submit_periodic(kind=TIDY)
    run_jobs()
    assert not User.objects.filter(pk=owner.pk).exists()
    mine.refresh_from_db()
    assert mine.owner_id is None
    assert mine.trashed_at
    theirs.refresh_from_db()
    assert theirs.trashed_at is None
    assert not PlaybackPosition.objects.exists()
    assert not PlaybackSession.objects.exists()
    assert not Job.objects.filter(owner_id=owner.pk).exists()
    assert mailoutbox[-1].subject == "Your account is deleted"


@pytest.mark.django_db(transaction=True)
def test_files_go_after_the_commit(owner, media):
    folder = avatars_folder(owner.pk)
    folder.mkdir(parents=True)
    export = ask_for_export(person=owner)
    run_jobs()
    assert export_file(export.pk).is_file()
    ask_to_leave(person=owner)
    over(owner)
    assert delete_person(person_id=owner.pk, now=timezone.now())
    assert not folder.exists()
    assert not export_file(export.pk).exists()


def test_the_activity_forgets_who_it_was(client, member, moderator, rf):
    record("sign_in.done", actor=member, subject=member, request=rf.get("/", REMOTE_ADDR="203.0.113.7"), email="x@y.z")
    record(
        "person.disabled", actor=moderator, subject=member, request=rf.get("/", REMOTE_ADDR="198.51.100.2"), reason="r"
    )
    ask_to_leave(person=member)
    over(member)
    assert delete_person(person_id=member.pk, now=timezone.now())
    lines = Activity.objects.of(member.pk)
    assert set(lines.values_list("subject_name", flat=True)) == {"somebody deleted"}
    own = lines.get(action="sign_in.done")
    assert (own.actor_name, own.address, own.agent, own.details) == ("somebody deleted", None, "", {})
    staffs = lines.get(action="person.disabled")
    assert (staffs.actor_name, staffs.address, staffs.details) == ("maren", "198.51.100.2", {"reason": "r"})
    assert Activity.objects.filter(action="activity.forgotten").count() == 1
    assert not Activity.objects.filter(actor_name="mila").exists()


def test_the_last_owner_stays(client, db):
    boss = make_person("boss", Role.OWNER)
    client.force_login(boss)
    answer = client.post(LEAVE, {"password": "correct horse", "sure": "on"})
    assert "last owner" in answer.content.decode()
    boss.refresh_from_db()
    assert boss.leaving_at is None
    second = make_person("second", Role.OWNER)
    ask_to_leave(person=boss)
    with pytest.raises(Conflict, match="last owner"):
        ask_to_leave(person=second)


def test_an_owner_who_became_the_last_one_meanwhile_is_not_deleted(db):
    boss, second = make_person("boss", Role.OWNER), make_person("second", Role.OWNER)
    ask_to_leave(person=boss)
    over(boss)
    User.objects.filter(pk=second.pk).update(role=Role.MEMBER)
    submit_periodic(kind=TIDY)
    run_jobs()
    assert User.objects.filter(pk=boss.pk).exists()
    job = Job.objects.get(kind="accounts.delete")
    assert (job.state, job.error_code) == ("failed", "last_owner")


def test_a_second_wish_changes_nothing(member):
    first = ask_to_leave(person=member)
    assert ask_to_leave(person=member) == first
    assert Activity.objects.filter(action="person.leaving").count() == 1


def test_what_they_published_may_be_brought_back_by_staff(owner, moderator, client):
    item = make_item(owner)
    ask_to_leave(person=owner)
    over(owner)
    delete_person(person_id=owner.pk, now=timezone.now())
    client.force_login(moderator)
    assert client.post(reverse("studio-restore", args=[item.pk])).status_code == 302
    assert Item.objects.get(pk=item.pk).trashed_at is None
