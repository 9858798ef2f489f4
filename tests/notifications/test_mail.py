"""Notifications by mail: as people have chosen, a minute later, with a way out."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from apps.jobs.models import Job
from apps.notifications.conf import MAIL_TRIES
from apps.notifications.kinds import Kind, kinds_for, register_kind
from apps.notifications.models import Choice, Notification
from apps.notifications.services.choose import choices_of, choose
from apps.notifications.services.forget import forget_old
from apps.notifications.services.mail import send_due
from apps.notifications.services.notify import notify
from apps.notifications.services.read import mark_read
from apps.notifications.work import MAIL

pytestmark = pytest.mark.django_db
PLAIN, MAILED = Kind("tests.plain", "Plain things"), Kind("tests.mailed", "Things by mail", by_mail=True)


@pytest.fixture(autouse=True)
def _kinds():
    register_kind(PLAIN)
    register_kind(MAILED)


def say(person, kind=MAILED, **fields):
    return notify(person_id=person.pk, kind=kind.name, **{"text": "It rains.", "url": "/tiers/", **fields})


def make_due():
    Notification.objects.exclude(mail_due_at=None).update(mail_due_at=timezone.now())


def test_a_kind_says_whether_a_mail_goes_and_the_person_has_the_last_word(member, stranger):
    choose(person=stranger, kind=PLAIN.name, by_mail=True)
    choose(person=stranger, kind=MAILED.name, by_mail=False)
    for person in (member, stranger):
        for kind in (PLAIN, MAILED):
            say(person, kind)
    make_due()
    assert send_due() == {"sent": 2, "failed": 0}
    assert {(message.to[0], kind) for message in mail.outbox for kind in re.findall(r"\((.+)\)", message.body)} == {
        ("mila@example.org", "Things by mail"),
        ("sven@example.org", "Plain things"),
    }
    assert send_due() == {"sent": 0, "failed": 0}


def test_it_goes_a_minute_later_and_is_handed_in_once(member, stranger, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        for person in (member, stranger):
            say(person)
    (job,) = Job.objects.filter(kind=MAIL)
    due = Notification.objects.order_by("mail_due_at").last().mail_due_at
    assert timedelta() <= job.run_after - due <= timedelta(minutes=1)
    assert send_due() == {"sent": 0, "failed": 0}


def test_what_was_read_meanwhile_is_not_mailed(member):
    mark_read(person=member, notification_id=say(member).pk)
    make_due()
    send_due()
    assert mail.outbox == []


def test_saying_it_again_is_not_mailed_again(member):
    say(member, key="one")
    make_due()
    send_due()
    say(member, key="one", text="It pours.")
    make_due()
    send_due()
    assert len(mail.outbox) == 1
    assert Notification.objects.get().text == "It pours."


def test_who_wants_a_kind_nowhere_is_not_told(member):
    choose(person=member, kind=MAILED.name, on_site=False, by_mail=False)
    assert say(member) is None
    assert not Notification.objects.exists()


def test_who_wants_it_by_mail_alone_sees_nothing_of_it_here(member, client):
    choose(person=member, kind=MAILED.name, on_site=False)
    say(member)
    client.force_login(member)
    assert "It rains." not in client.get("/notifications/").content.decode()
    assert client.get("/api/v1/notifications/unread/").json() == {"count": 0}
    make_due()
    assert send_due()["sent"] == 1


def test_a_closed_account_gets_none(member):
    say(member)
    member.is_active = False
    member.save()
    make_due()
    send_due()
    assert mail.outbox == []
    assert not Notification.objects.exclude(mail_due_at=None).exists()


def test_a_mail_server_that_is_away_is_tried_again_and_given_up_in_the_end(member, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    row = say(member)
    waits = []
    for _ in range(MAIL_TRIES):
        make_due()
        assert send_due() == {"sent": 0, "failed": 1}
        row.refresh_from_db()
        waits.append(row.mail_due_at and round((row.mail_due_at - timezone.now()).total_seconds() / 300))
    assert waits == [1, 2, 4, 8, 16, 32, 64, None]


def test_it_says_where_it_leads_and_how_to_stop_it(member, client, settings):
    settings.SITE_URL = "https://stand.example"
    say(member)
    make_due()
    send_due()
    (message,) = mail.outbox
    assert message.subject == "Bandstand: It rains."
    assert "https://stand.example/tiers/" in message.body
    stop = re.search(r"https://stand\.example(/notifications/stop/\S+)", message.body)[1]
    assert message.extra_headers["List-Unsubscribe"] == f"<https://stand.example{stop}>"
    assert client.get(stop).status_code == 200
    assert not Choice.objects.exists()
    answer = client.post(stop, {"List-Unsubscribe": "One-Click"})
    assert "not mailed to you any more" in answer.content.decode()
    say(member)
    make_due()
    send_due()
    assert len(mail.outbox) == 1


def test_a_program_may_stop_it_without_having_seen_the_page(member):
    say(member)
    make_due()
    send_due()
    stop = re.search(r"(/notifications/stop/\S+)", mail.outbox[0].body)[1]
    assert Client(enforce_csrf_checks=True).post(stop).status_code == 200
    assert Choice.objects.get(person=member).by_mail is False


@pytest.mark.parametrize("token", ["x", "a.b.c", "t1.AAAA.BBBB"])
def test_a_link_that_was_made_up_stops_nothing(client, token):
    assert client.get(f"/notifications/stop/{token}/").status_code == 404
    assert client.post(f"/notifications/stop/{token}/").status_code == 404
    assert not Choice.objects.exists()


def test_people_choose_among_what_they_can_be_told(member, moderator):
    shown = {chosen.kind.name for chosen in choices_of(member)}
    assert "payment.unmatched" not in shown
    assert "payment.unmatched" in {kind.name for kind in kinds_for(moderator)}
    assert PLAIN.name in shown


def test_they_are_kept_for_ninety_days(member):
    old, fresh = say(member), say(member)
    Notification.objects.filter(pk=old.pk).update(created_at=timezone.now() - timedelta(days=91))
    Notification.objects.filter(pk=fresh.pk).update(created_at=timezone.now() - timedelta(days=89))
    assert forget_old() == 1
    assert Notification.objects.get().pk == fresh.pk
