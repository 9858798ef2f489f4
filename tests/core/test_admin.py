import pytest
from django.urls import reverse

from apps.core import site_settings
from apps.core.models import SiteSettingChange
from apps.core.site_settings import Kind, Spec
from tests.core.test_site_settings import GAIN, HOOK, LIMIT, LOOK, NAME, OPEN

PAGE = "/admin/core/sitesetting/"
UNCHANGED = {"test.limit": "4", "test.name": "", "test.open": "on", "test.look": "day", "test.gain": "0.5"}


@pytest.fixture(autouse=True)
def _declared(monkeypatch):
    monkeypatch.setattr(site_settings, "_specs", {})
    size = Spec("test.size", Kind.BYTES, 10, title="Size", group="Other", help="Per upload.")
    site_settings.register(LIMIT, NAME, HOOK, OPEN, LOOK, GAIN, size)


@pytest.fixture
def page(client, moderator):
    client.force_login(moderator)

    def post(**changes: str):
        return client.post(PAGE, {**UNCHANGED, "test.size": "10", **changes}, follow=True)

    return post


def test_staff_see_every_setting_with_its_help_and_group(client, moderator):
    client.force_login(moderator)
    text = client.get(PAGE).text
    for words in ("Jobs at once", "Webhook", "Other", "Per upload. In bytes.", "Nobody has changed anything yet."):
        assert words in text


def test_a_change_is_in_force_and_in_the_history(page):
    response = page(**{"test.limit": "9", "test.open": "", "test.hook": "https://hooks.example/x"})
    assert "3 settings changed" in response.text
    assert "https://hooks.example/x" not in response.text
    assert (site_settings.get("test.limit"), site_settings.get("test.open")) == (9, False)
    assert site_settings.get("test.hook") == "https://hooks.example/x"
    assert set(SiteSettingChange.objects.values_list("by_name", flat=True)) == {"maren"}


def test_an_empty_secret_keeps_what_is_there_and_saving_nothing_changes_nothing(page):
    page(**{"test.hook": "word"})
    response = page()
    assert "Nothing was changed." in response.text
    assert site_settings.get("test.hook") == "word"
    assert SiteSettingChange.objects.count() == 1


def test_a_value_out_of_bounds_is_refused_at_its_field_and_nothing_is_saved(page):
    response = page(**{"test.limit": "500", "test.gain": "0.7"})
    assert "“Jobs at once” is at most 100." in response.text
    assert not SiteSettingChange.objects.exists()
    assert "Enter a whole number" in page(**{"test.limit": "many"}).text


def test_a_setting_goes_back_to_its_default(page, client):
    page(**{"test.limit": "9"})
    response = client.post(PAGE, {"reset": "test.limit"}, follow=True)
    assert "has its default again" in response.text
    assert site_settings.get("test.limit") == 4
    client.post(PAGE, {"reset": "test.unknown"})


@pytest.mark.parametrize("who", ["member", "stranger", "owner", None])
def test_others_neither_see_nor_change_settings(client, request, who, db):
    if who:
        client.force_login(request.getfixturevalue(who))
    assert client.get(PAGE).status_code == 302
    assert client.post(PAGE, {**UNCHANGED, "test.limit": "9"}).status_code == 302
    assert site_settings.get("test.limit") == 4


def test_the_history_can_be_read_and_not_written(client, moderator, page):
    page(**{"test.limit": "9"})
    change = SiteSettingChange.objects.get()
    assert "test.limit" in client.get(reverse("admin:core_sitesettingchange_changelist")).text
    for verb in ("add/", f"{change.pk}/delete/"):
        assert client.get(f"/admin/core/sitesettingchange/{verb}").status_code == 403


def test_the_admin_alone_may_evaluate_scripts(client, moderator):
    client.force_login(moderator)
    admin_policy = client.get(PAGE)["Content-Security-Policy"]
    assert "script-src 'self' 'unsafe-eval'" in admin_policy
    assert "default-src 'none'" in admin_policy
    elsewhere = client.get("/accounts/login/")["Content-Security-Policy"]
    assert "unsafe" not in elsewhere
    assert "unsafe" not in client.get("/administer-nothing/")["Content-Security-Policy"]
