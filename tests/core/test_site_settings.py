import pytest

from apps.core import site_settings
from apps.core.errors import Invalid
from apps.core.models import SiteSetting, SiteSettingChange
from apps.core.site_settings import Kind, Spec

LIMIT = Spec("test.limit", Kind.WHOLE, 4, title="Jobs at once", group="Tests", minimum=1, maximum=100)
NAME = Spec("test.name", Kind.TEXT, "", title="Name", group="Tests", maximum=10)
HOOK = Spec("test.hook", Kind.SECRET, "", title="Webhook", group="Tests")
OPEN = Spec("test.open", Kind.SWITCH, True, title="Open", group="Tests")
LOOK = Spec("test.look", Kind.CHOICE, "day", title="Look", group="Tests", choices={"day": "Day", "night": "Night"})
GAIN = Spec("test.gain", Kind.NUMBER, 0.5, title="Gain", group="Tests", minimum=-1, maximum=1)


@pytest.fixture(autouse=True)
def _declared(monkeypatch):
    monkeypatch.setattr(site_settings, "_specs", {})
    site_settings.register(LIMIT, NAME, HOOK, OPEN, LOOK, GAIN)


def test_a_setting_has_its_default_until_somebody_sets_it(db, moderator):
    assert site_settings.get("test.limit") == 4
    site_settings.set("test.limit", 9, by=moderator)
    assert site_settings.get("test.limit") == 9
    site_settings.reset("test.limit", by=moderator)
    assert site_settings.get("test.limit") == 4
    assert not SiteSetting.objects.exists()


def test_every_change_is_noted_with_who_and_what(db, moderator):
    site_settings.set("test.limit", 9, by=moderator)
    site_settings.set("test.limit", 9, by=moderator)
    site_settings.set("test.limit", 7, by=None)
    changes = SiteSettingChange.objects.order_by("id").values_list("key", "old", "new", "by_id", "by_name")
    assert list(changes) == [
        ("test.limit", None, 9, moderator.pk, "maren"),
        ("test.limit", 9, 7, None, "the site"),
    ]


def test_a_change_that_happened_stays(db, moderator):
    site_settings.set("test.limit", 9, by=moderator)
    change = SiteSettingChange.objects.get()
    for forbidden in (change.save, change.delete):
        with pytest.raises(TypeError):
            forbidden()


def test_secrets_are_encrypted_and_never_in_the_history(db, moderator):
    site_settings.set("test.hook", "https://hooks.example/abc", by=moderator)
    assert site_settings.get("test.hook") == "https://hooks.example/abc"
    assert SiteSetting.objects.get().value is None
    change = SiteSettingChange.objects.get()
    assert (change.old, change.new) == (None, "•••")


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("test.limit", 0),
        ("test.limit", 101),
        ("test.limit", "5"),
        ("test.limit", True),
        ("test.limit", 1.5),
        ("test.name", "x" * 11),
        ("test.name", None),
        ("test.open", 1),
        ("test.look", "dusk"),
        ("test.gain", 2),
        ("test.gain", "1"),
    ],
)
def test_a_value_that_does_not_fit_is_refused_with_a_sentence(db, moderator, key, value):
    with pytest.raises(Invalid) as refusal:
        site_settings.set(key, value, by=moderator)
    assert refusal.value.message.endswith(".")
    assert list(refusal.value.fields) == [key]
    assert not SiteSettingChange.objects.exists()


def test_a_stored_value_that_no_longer_fits_reads_as_the_default(db):
    SiteSetting.objects.create(key="test.limit", value=500)
    site_settings.forget()
    assert site_settings.get("test.limit") == 4


def test_reading_costs_one_query_for_all_settings(db, django_assert_num_queries):
    site_settings.forget()
    with django_assert_num_queries(1):
        for _ in range(100):
            site_settings.get("test.limit")
            site_settings.get("test.hook")


def test_another_process_sees_a_change_when_its_copy_is_old(db, monkeypatch):
    assert site_settings.get("test.limit") == 4
    SiteSetting.objects.create(key="test.limit", value=8)
    assert site_settings.get("test.limit") == 4
    monkeypatch.setattr(site_settings, "FRESH_SECONDS", -1)
    assert site_settings.get("test.limit") == 8


def test_an_unknown_key_and_a_second_declaration_are_mistakes_in_the_code(db):
    with pytest.raises(site_settings.UnknownSetting):
        site_settings.get("test.typo")
    site_settings.register(LIMIT)
    with pytest.raises(ValueError, match="two settings"):
        site_settings.register(Spec("test.limit", Kind.WHOLE, 5, title="Other", group="Tests"))
    with pytest.raises(Invalid):
        site_settings.register(Spec("test.bad", Kind.WHOLE, 5, title="Bad", group="Tests", maximum=4))
