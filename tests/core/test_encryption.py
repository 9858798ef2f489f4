import base64
import io

import pytest
from django.core.exceptions import FieldError
from django.core.management import CommandError, call_command
from django.db import connection

from apps.core.encryption import Undecryptable, decrypt, encrypt, needs_rotation
from apps.core.keys import new_key_line, parse_key
from apps.core.models import SiteSetting


def raw(key: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT secret FROM core_sitesetting WHERE key = %s", [key])
        return cursor.fetchone()[0]


def test_a_secret_comes_back_and_looks_different_each_time():
    sealed = encrypt("wörd", purpose="a")
    assert decrypt(sealed, purpose="a") == "wörd"
    assert sealed != encrypt("wörd", purpose="a")
    assert "rd" not in sealed.partition(".")[2][:3]


def test_a_secret_does_not_open_for_another_purpose_or_after_a_change():
    sealed = encrypt("word", purpose="a")
    head, body = sealed.rsplit(".", 1)
    changed = bytearray(base64.urlsafe_b64decode(body))
    changed[-1] ^= 1
    for bad, purpose in [
        (sealed, "b"),
        (f"{head}.{base64.urlsafe_b64encode(changed).decode()}", "a"),
        (f"{head}.", "a"),
        (f"{head}.?", "a"),
        ("", "a"),
        ("plain text", "a"),
        (sealed.replace("e1.", "e9."), "a"),
    ]:
        with pytest.raises(Undecryptable):
            decrypt(bad, purpose=purpose)


def test_the_database_holds_no_plain_text_and_the_field_cannot_be_searched(db):
    SiteSetting.objects.create(key="k", secret="hook")
    assert "hook" not in raw("k")
    assert SiteSetting.objects.get(key="k").secret == "hook"
    SiteSetting.objects.create(key="empty", secret=None)
    assert SiteSetting.objects.filter(secret__isnull=True).get().key == "empty"
    with pytest.raises(FieldError):
        SiteSetting.objects.filter(secret="hook")


def test_rotation_makes_the_old_key_superfluous(db, settings):
    for number in range(7):
        SiteSetting.objects.create(key=f"k{number}", secret=f"word {number}")
    new = new_key_line()
    settings.BANDSTAND_ENCRYPTION_KEYS = [new, *settings.BANDSTAND_ENCRYPTION_KEYS]
    assert needs_rotation(raw("k0"))
    said = io.StringIO()
    call_command("rotatekeys", batch=2, stdout=said)
    assert "core.SiteSetting.secret: 7 encrypted again" in said.getvalue()
    settings.BANDSTAND_ENCRYPTION_KEYS = [new]
    assert [row.secret for row in SiteSetting.objects.order_by("key")] == [f"word {number}" for number in range(7)]
    said = io.StringIO()
    call_command("rotatekeys", stdout=said)
    assert ": 0 encrypted again" in said.getvalue()


def test_a_lost_key_is_told_in_a_sentence(db, settings):
    SiteSetting.objects.create(key="k", secret="hook")
    settings.BANDSTAND_ENCRYPTION_KEYS = [new_key_line()]
    with pytest.raises(CommandError, match="not in BANDSTAND_ENCRYPTION_KEYS"):
        call_command("rotatekeys")


def test_newkey_prints_a_key_and_nothing_else():
    said = io.StringIO()
    call_command("newkey", stdout=said)
    assert len(parse_key(said.getvalue().strip()).secret) == 32
