"""The admin: every model is there, its pages open for staff at a bounded cost, and for nobody else."""

from datetime import timedelta
from itertools import count

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.db import connection
from django.db.models import Model
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django_celery_beat import models as beat

from apps.accounts.enums import Role
from apps.accounts.models import Activity, PersonalToken, User
from apps.accounts.services.tokens import create_token
from apps.catalog.models import Item
from apps.core.models import RateWindow
from apps.core.realtime.models import Event, Topic
from apps.jobs.enums import State
from apps.jobs.models import Alert, Job, JobEvent, JobStep, KindLoad, KindSlot, SlotLease, Worker
from apps.media.models import Asset, Loudness
from apps.memberships.models import Gift, Grant, Tier, TrialClaim
from apps.memberships.services.gifts import make_gift
from apps.memberships.standing import entitlements_of
from apps.notifications.services.choose import choose
from apps.notifications.services.notify import notify
from apps.streaming.models import ChunkOutput, EncoderTest, Generation, PlaybackPosition, PlaybackSession, Rendition
from apps.streaming.plan import Plan
from tests.conftest import make_person
from tests.counting import analyze, rows_read
from tests.memberships.making import make_grant, make_tier
from tests.web.making import make_item, make_job

pytestmark = pytest.mark.django_db

OURS = (
    "accounts",
    "jobs",
    "notifications",
    "memberships",
    "media",
    "catalog",
    "streaming",
    "core",
    "web",
    "django_celery_beat",
)
# Rows that nobody could read anything from: many-to-many tables, and beat's own time stamp.
WITHOUT_PAGE = {beat.PeriodicTasks}
MOST_QUERIES = 14
_numbers = count(1)


def registered() -> list[type[Model]]:
    return sorted(admin.site._registry, key=lambda model: model._meta.label)


def pages_of(model: type[Model]) -> dict[str, str]:
    name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
    row = model._default_manager.first()
    found = {"list": reverse(f"{name}_changelist"), "add": reverse(f"{name}_add")}
    if row is not None:
        found |= {page: reverse(f"{name}_{page}", args=[row.pk]) for page in ("change", "history", "delete")}
    return found


def fill(owner: User) -> None:
    """One row, and what belongs to it, of every model that is not there by itself."""
    number = next(_numbers)
    now = timezone.now()
    person = User.objects.create_user(f"person{number}", f"person{number}@example.org", "correct horse")
    asset = Asset.objects.create(
        owner=person, name=f"film{number}.mp4", path=f"assets/{number}", content_type="video/mp4", size_bytes=9
    )
    Loudness.objects.create(asset=asset, measurable=False, analyser="test", measured_at=now)
    item = make_item(person, f"Take {number}", asset=asset)
    made = Generation.objects.create(item=item, number=number, plan=Plan(1000, (0,), None, ()).as_json())
    rung = Rendition.objects.create(generation=made, name="v360", kind="video")
    job = make_job(item)
    ChunkOutput.objects.create(generation=made, rendition=rung, index=0, job_id=job.pk, epoch=1)
    EncoderTest.objects.create(host=f"host{number}", encoder="libx264", works=True, tested_at=now)
    PlaybackSession.objects.create(item=item, person=person, key="k", generation=made, expires_at=now)
    PlaybackPosition.objects.create(item=item, person=person, at=now, device="d")
    RateWindow.objects.create(key=str(number), ends_at=now, count=1)
    JobStep.objects.create(job=job, name="step", epoch=1)
    JobEvent.objects.create(job=job, type="submitted")
    SlotLease.objects.create(resource="ffmpeg", job=job, epoch=1, lease_until=now)
    KindLoad.objects.create(kind=f"test.kind{number}", cap=1)
    Worker.objects.create(name=f"worker{number}", host="host", queues=["cpu"])
    Alert.objects.create(event="test", subject=str(number))
    create_token(owner=person, name="laptop", scopes=["read"])
    tier = make_tier(f"Tier {number}", slug=f"tier-{number}")
    make_grant(person, tier)
    make_gift(tier=tier, days=3, by=make_person(f"giver{number}", Role.TEAM))
    TrialClaim.objects.create(identity=f"person:{number}", person=person, tier=tier)
    notify(person_id=person.pk, kind="grant.ended", text="It has ended.")
    choose(person=person, kind="grant.ended", by_mail=True)
    Topic.objects.create(name=f"test:{number}", at=now)
    Event.objects.create(topic=f"test:{number}", seq=1, type="test", ref="1", at=now)
    LogEntry.objects.create(user=person, object_repr="thing", action_flag=2, change_message="[]")
    every = beat.IntervalSchedule.objects.create(every=number, period="days")
    beat.PeriodicTask.objects.create(name=f"task {number}", task="test.task", interval=every)
    assert owner.pk != person.pk


def test_every_model_is_there(db):
    models = {model for name in OURS for model in apps.get_app_config(name).get_models()}
    assert models - WITHOUT_PAGE <= set(registered())
    assert Session not in registered()


def test_every_page_opens_for_staff_within_a_few_queries(client, moderator):
    fill(moderator)
    client.force_login(moderator)
    for model in registered():
        for name, address in pages_of(model).items():
            with CaptureQueriesContext(connection) as queries:
                answer = client.get(address, follow=True)
            allowed = {200, 403} if name in {"add", "delete"} else {200}
            assert answer.status_code in allowed, (model, name)
            assert len(queries) <= MOST_QUERIES, (model, name, len(queries))


@pytest.mark.parametrize(
    "words", ["?q=", "?q=film", "?q=0190a1b2-0000-7000-8000-000000000000", "?q=%00x", "?o=nonsense"]
)
def test_every_list_can_be_searched(client, moderator, words):
    client.force_login(moderator)
    for model in registered():
        answer = client.get(pages_of(model)["list"] + words, follow=True)
        assert answer.status_code == (400 if "%00" in words else 200), model


def test_a_longer_list_costs_no_more_queries(client, moderator):
    client.force_login(moderator)
    counts = {}
    for _ in range(2):
        for _ in range(4):
            fill(moderator)
        for model in registered():
            with CaptureQueriesContext(connection) as queries:
                client.get(pages_of(model)["list"])
            counts.setdefault(model, []).append(len(queries))
    grown = {model: found for model, found in counts.items() if found[1] > found[0]}
    assert grown == {}


@pytest.mark.parametrize("who", ["visitor", "member", "owner"])
def test_nobody_else_gets_anywhere(client, who, request, moderator):
    fill(moderator)
    if who != "visitor":
        client.force_login(request.getfixturevalue(who))
    before = (Item.objects.count(), Job.objects.count(), User.objects.count())
    addresses = [reverse("admin:index"), reverse("admin:search"), "/admin/jsi18n/", "/admin/autocomplete/"]
    for model in registered():
        addresses += pages_of(model).values()
    for address in addresses:
        assert client.get(address).status_code in {302, 403}, address
    for model in registered():
        posted = client.post(pages_of(model)["list"], {"action": "cancel_jobs", "post": "yes"})
        assert posted.status_code in {302, 403}, model
    assert (Item.objects.count(), Job.objects.count(), User.objects.count()) == before


def act(client, model, action, *rows):
    address = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
    chosen = {"action": action, "_selected_action": [str(row.pk) for row in rows]}
    return client.post(address, chosen, follow=True).content.decode()


def test_jobs_are_cancelled_and_tried_again_by_their_services(client, moderator, owner):
    client.force_login(moderator)
    job = make_job(make_item(owner), kind="catalog.empty_trash")
    assert "Cancelled: 1" in act(client, Job, "cancel_jobs", job)
    job.refresh_from_db()
    assert job.state == State.CANCELLED
    assert "has ended already" in act(client, Job, "cancel_jobs", job)
    act(client, Job, "retry_jobs", job)
    job.refresh_from_db()
    assert job.state == State.QUEUED
    told = list(LogEntry.objects.values_list("change_message", flat=True))
    assert told == ["Queued again", "Cancelled"]
    assert job.events.filter(type="cancel", detail__by=str(moderator)).exists()


def test_items_are_published_hidden_thrown_away_and_brought_back(client, moderator, owner):
    client.force_login(moderator)
    item = make_item(owner, published_at=None)
    for action, field, there in (
        ("publish", "published_at", True),
        ("hide", "published_at", False),
        ("throw_away", "trashed_at", True),
        ("bring_back", "trashed_at", False),
    ):
        act(client, Item, action, item)
        item.refresh_from_db()
        assert (getattr(item, field) is not None) is there, action
    answer = client.post(reverse("admin:catalog_item_change", args=[item.pk]), {"title": "New words"})
    assert answer.status_code == 302
    item.refresh_from_db()
    assert (item.title, item.slug) == ("New words", "new-words")


def test_playback_is_ended_and_tokens_are_revoked(client, moderator, owner):
    client.force_login(moderator)
    soon = timezone.now() + timedelta(hours=1)
    session = PlaybackSession.objects.create(item=make_item(owner), person=owner, key="k", expires_at=soon)
    act(client, PlaybackSession, "end", session)
    session.refresh_from_db()
    assert session.ended_at is not None
    token, _ = create_token(owner=owner, name="laptop", scopes=["read"])
    act(client, PersonalToken, "revoke", token)
    assert not PersonalToken.objects.exists()


def test_grants_and_gifts_are_handled_by_their_services(client, moderator, member):
    client.force_login(moderator)
    tier = make_tier("Gold")
    grant = make_grant(member, tier)
    for action, state in (("pause", "paused"), ("resume", "active"), ("revoke", "revoked")):
        act(client, Grant, action, grant)
        grant.refresh_from_db()
        assert grant.state == state
        assert Activity.objects.filter(action__startswith="grant.", actor_id=moderator.pk).exists()
    assert "taken back, so that cannot be done" in act(client, Grant, "revoke", grant)
    gift, token = make_gift(tier=tier, days=3, by=moderator)
    assert token not in client.get(reverse("admin:memberships_gift_change", args=[gift.pk])).content.decode()
    act(client, Gift, "withdraw", gift)
    gift.refresh_from_db()
    assert gift.state == "withdrawn"


def test_tiers_are_changed_by_their_services(client, moderator, member):
    client.force_login(moderator)
    fields = {"title": "Gold", "slug": "gold", "rank": "30", "trial_days": "0", "benefits": "A seat", "listed": "on"}
    assert client.post(reverse("admin:memberships_tier_add"), fields).status_code == 302
    tier = Tier.objects.get()
    make_grant(member, tier)
    client.post(reverse("admin:memberships_tier_change", args=[tier.pk]), {**fields, "rank": "50"})
    assert entitlements_of(member).rank == 50
    assert set(Activity.objects.values_list("action", flat=True)) >= {"tier.created", "tier.changed"}
    act(client, Tier, "archive", tier)
    tier.refresh_from_db()
    assert tier.archived_at is not None
    assert client.post(reverse("admin:memberships_tier_delete", args=[tier.pk]), {"post": "yes"}).status_code == 403


def test_who_is_no_superuser_makes_none(client, moderator, member):
    client.force_login(moderator)
    boss = User.objects.create_superuser("boss", "boss@example.org", "correct horse")
    assert client.post(reverse("admin:accounts_user_change", args=[boss.pk]), {"role": "member"}).status_code == 403
    assert client.post(f"/admin/accounts/user/{boss.pk}/password/", {"password1": "x"}).status_code == 403
    fields = {"username": "mila", "email": member.email, "display_name": "M", "profile_seen_by": "everyone"}
    fields |= {"role": "creator", "is_active": "on", "is_superuser": "on"}
    assert client.post(reverse("admin:accounts_user_change", args=[member.pk]), fields).status_code == 302
    member.refresh_from_db()
    assert (member.display_name, member.role, member.is_superuser) == ("M", "member", False)


def test_the_overview_tells_what_doctor_tells(client, moderator, owner, settings):
    settings.MEDIA_ROOT.mkdir(parents=True, exist_ok=True)
    client.force_login(moderator)
    job = make_job(make_item(owner), state=State.FAILED, ended_at=timezone.now(), error_message="The disk was full.")
    page = client.get(reverse("admin:index")).content.decode()
    for words in ("database", "redis", "storage", "Oldest waits", "The disk was full.", str(job.pk), "free of"):
        assert words in page, words


def test_only_the_admin_may_evaluate_text(client, moderator):
    client.force_login(moderator)
    assert "unsafe-eval" in client.get("/admin/").headers["Content-Security-Policy"]
    for path in ("/", "/studio/", "/jobs/"):
        assert "unsafe" not in client.get(path).headers["Content-Security-Policy"]


def test_lists_do_not_count_their_rows(client, moderator, owner):
    make_item(owner)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO jobs_jobevent (job_id, at, type, epoch, detail)"
            " SELECT %s, now(), 'test', 0, '{}' FROM generate_series(1, 100000)",
            [make_job(Item.objects.get()).pk],
        )
    analyze("jobs_jobevent")
    client.force_login(moderator)
    before = rows_read("jobs_jobevent")
    assert client.get(reverse("admin:jobs_jobevent_changelist")).status_code == 200
    assert rows_read("jobs_jobevent") - before < 1000


def test_no_migration_is_missing(db):
    call_command("makemigrations", "--check", "--dry-run", verbosity=0)
    assert KindSlot.objects.count() >= 0
