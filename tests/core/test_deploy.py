"""Django's own questions before going live, asked of the production settings with an environment as the docs show it."""

from tests.core.settings_anew import run

PRODUCTION = {
    "DJANGO_SETTINGS_MODULE": "config.settings.prod",
    "BANDSTAND_SECRET_KEY": "kx3vQ0-aW9c_mT5yLr8nZb2sHd7fJe4gPu6iAo1wVtXqYhRzNlMkBjCgDpSfEu",
    "BANDSTAND_ENCRYPTION_KEYS": "k1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
    "BANDSTAND_ALLOWED_HOSTS": "bandstand.example.org",
    "BANDSTAND_TRUSTED_ORIGINS": "https://bandstand.example.org",
    "BANDSTAND_URL": "https://bandstand.example.org",
    "BANDSTAND_PROXIES": "1",
    "EMAIL_URL": "smtp+tls://site:secret@mail.example.org:587",
    "EMAIL_FROM": "Bandstand <site@example.org>",
    "DATABASE_URL": "postgresql://bandstand:secret@db.example.org/bandstand",
    "REDIS_URL": "redis://redis.example.org:6379/0",
}


def test_production_settings_have_no_warning():
    done = run("-W", "ignore", "manage.py", "check", "--deploy", "--fail-level", "WARNING", **PRODUCTION)
    assert done.returncode == 0, done.stderr
    assert "no issues" in done.stdout + done.stderr


def test_production_without_a_mail_server_is_warned_of():
    told = {name: value for name, value in PRODUCTION.items() if name != "EMAIL_URL"}
    done = run("-W", "ignore", "manage.py", "check", "--deploy", "--fail-level", "WARNING", **told)
    assert done.returncode != 0
    assert "letters" in done.stderr


def test_production_asks_staff_for_a_second_factor_and_takes_passkeys_over_tls_alone():
    names = ("STAFF_NEED_SECOND_FACTOR", "MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN", "SESSION_COOKIE_SECURE")
    from tests.core.settings_anew import settings_anew

    assert settings_anew("config.settings.prod", names, **PRODUCTION) == [True, False, True]
