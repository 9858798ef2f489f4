import logging
import threading

import pytest
from django.core.mail import EmailMessage, get_connection

from apps.core import mail
from tests.core.settings_anew import run, settings_anew

LETTER = EmailMessage("Your code", "Here it is:\n\n123456\n\nBye", "site@example.org", ["mila@example.org"])


def test_without_a_mail_server_letters_lie_in_a_private_folder_and_in_the_log(settings, tmp_path, caplog):
    settings.MAIL_DIR = tmp_path / "mail"
    with caplog.at_level(logging.INFO, "apps.core.mail"):
        assert get_connection("apps.core.mail.FolderBackend").send_messages([LETTER]) == 1
    [letter] = settings.MAIL_DIR.iterdir()
    assert "123456" in letter.read_text()
    assert "your-code" in letter.name
    assert settings.MAIL_DIR.stat().st_mode & 0o077 == 0
    assert letter.stat().st_mode & 0o077 == 0
    assert "123456" in caplog.text


def test_nobody_waits_for_a_mail_server_that_hangs(settings, monkeypatch):
    asked, go_on = threading.Event(), threading.Event()

    class Hanging:
        def send_messages(self, letters):
            asked.set()
            go_on.wait(30)

    settings.DELIVERY_BACKEND = "anything"
    monkeypatch.setattr(mail, "get_connection", lambda backend: Hanging())
    assert get_connection("apps.core.mail.SoonBackend").send_messages([LETTER]) == 1
    assert asked.wait(30)
    go_on.set()


def test_what_a_mail_server_refuses_is_in_the_log_without_the_letter(settings, caplog):
    settings.DELIVERY_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", 9, 2
    mail._places.acquire()
    mail._deliver([LETTER])
    assert "could not be sent" in caplog.text
    assert "123456" not in caplog.text


def test_more_than_the_mail_server_can_take_is_dropped_and_said(monkeypatch, caplog):
    monkeypatch.setattr(mail, "_places", threading.BoundedSemaphore(1))
    mail._places.acquire()
    assert get_connection("apps.core.mail.SoonBackend").send_messages([LETTER]) == 0
    assert "does not keep up" in caplog.text


def test_the_page_of_a_letter_escapes_what_people_wrote():
    page = mail.as_page("<b>Hello</b>\n\nABCD-1234\n\nhttps://x.example/?a=1&b=2")
    assert "&lt;b&gt;Hello" in page
    assert "ABCD-1234</p>" in page
    assert 'href="https://x.example/?a=1&amp;b=2"' in page


@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        ({}, ("", 25, False, False, "apps.core.mail.FolderBackend")),
        (
            {"EMAIL_URL": "smtp+tls://me:p%40ss@mail.example.org:587"},
            ("mail.example.org", 587, True, False, "django.core.mail.backends.smtp.EmailBackend"),
        ),
        (
            {"EMAIL_URL": "smtps://mail.example.org"},
            ("mail.example.org", 465, False, True, "django.core.mail.backends.smtp.EmailBackend"),
        ),
        (
            {"EMAIL_HOST": "mail.example.org", "EMAIL_USE_TLS": "1"},
            ("mail.example.org", 587, True, False, "django.core.mail.backends.smtp.EmailBackend"),
        ),
    ],
)
def test_the_environment_says_where_mail_goes(variables, expected):
    names = ("EMAIL_HOST", "EMAIL_PORT", "EMAIL_USE_TLS", "EMAIL_USE_SSL", "DELIVERY_BACKEND")
    assert settings_anew("config.settings.embedded", names, **variables) == list(expected)


def test_an_address_of_mail_that_cannot_be_used_is_named():
    done = run("manage.py", "check", EMAIL_URL="imap://mail.example.org")
    assert done.returncode != 0
    assert "EMAIL_URL must be" in done.stderr
