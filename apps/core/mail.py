"""Sending letters without anybody waiting for it, and where they go on a site that has no mail server.

`SoonBackend` hands letters to a thread: a request takes as long for an address that gets one as for one that gets none, and
a mail server that hangs holds up nobody. `FolderBackend` puts them into `var/mail/` and into the log.
"""

import logging
import re
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from smtplib import SMTPException
from threading import BoundedSemaphore
from typing import Any

from django.conf import settings
from django.core import checks
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.template.loader import render_to_string
from django.utils import timezone

log = logging.getLogger(__name__)

_MOST_WAITING = 200
_threads = ThreadPoolExecutor(max_workers=2, thread_name_prefix="mail")
_places = BoundedSemaphore(_MOST_WAITING)


def _deliver(letters: Sequence[EmailMessage]) -> None:
    try:
        get_connection(settings.DELIVERY_BACKEND).send_messages(list(letters))
    except (SMTPException, OSError) as error:
        log.error("%d letters could not be sent: %s", len(letters), type(error).__name__)  # noqa: TRY400
    finally:
        _places.release()


class SoonBackend(BaseEmailBackend):
    """Django's EMAIL_BACKEND: returns at once. What the mail server refuses is in the log, without the letter."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        if not email_messages:
            return 0
        if not _places.acquire(blocking=False):
            log.error("%d letters are dropped: the mail server does not keep up.", len(email_messages))
            return 0
        _threads.submit(_deliver, list(email_messages))
        return len(email_messages)


class FolderBackend(BaseEmailBackend):
    """One file for each letter, newest last by name; the folder is only the site's own (letters open accounts)."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        folder = Path(settings.MAIL_DIR)
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for letter in email_messages:
            path = folder / _file_name(str(letter.subject))
            path.write_bytes(letter.message().as_bytes())
            path.chmod(0o600)
            log.info("A letter to %s is in %s\n%s\n\n%s", ", ".join(letter.to), path, letter.subject, letter.body)
        return len(email_messages)


def _file_name(subject: str) -> str:
    words = re.sub(r"[^a-z0-9]+", "-", subject.lower()).strip("-")[:60] or "letter"
    return f"{timezone.now():%Y%m%d-%H%M%S-%f}-{words}.eml"


def as_page(text: str, **context: Any) -> str:
    """The same letter for programs that show HTML: paragraphs, addresses to click on, and codes in large letters."""
    paragraphs = [part.strip() for part in re.split(r"\n\s*\n", text.strip()) if part.strip()]
    return render_to_string("mail/letter.html", {"paragraphs": [_kind_of(part) for part in paragraphs], **context})


def _kind_of(paragraph: str) -> tuple[str, str]:
    """`code`: nothing but a code. `link`: nothing but an address. Else `text`."""
    if re.fullmatch(r"[0-9A-Z-]{6,14}", paragraph):
        return "code", paragraph
    if re.fullmatch(r"https?://\S+", paragraph):
        return "link", paragraph
    return "text", paragraph


def letters_go_somewhere(app_configs: Any = None, **_: Any) -> list[checks.CheckMessage]:
    """A deploy check: a site that others use has a mail server."""
    del app_configs  # mail is the whole site's
    if settings.EMAIL_HOST:
        return []
    hint = "Set EMAIL_URL, or EMAIL_HOST and its siblings."
    return [checks.Warning("There is no mail server: letters stay on this machine.", hint=hint, id="core.W010")]
