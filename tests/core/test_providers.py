import pytest

from apps.core import providers
from apps.core.providers import Family, UnknownProvider, check_families, family
from tests.core.greeters import FakeGreeter, Greeter, Polite

GREETERS = {
    "default": {"BACKEND": "tests.core.greeters.Polite", "OPTIONS": {"word": "Welcome"}},
    "fake": {"BACKEND": "tests.core.greeters.FakeGreeter"},
}


@pytest.fixture
def greeters(settings, monkeypatch) -> Family[Greeter]:
    monkeypatch.setattr(providers, "_families", {})
    settings.GREETERS = GREETERS
    return family("GREETERS", Greeter)


@pytest.mark.parametrize("alias", GREETERS)
def test_contract_of_greeters(greeters, alias):
    """The shape of a family's contract test: one test for each promise, over every provider."""
    assert "Ann" in greeters[alias].greet("Ann")


def test_a_provider_is_made_once_with_its_options(greeters):
    assert isinstance(greeters.default, Polite)
    assert greeters.default.greet("Ann") == "Welcome, Ann"
    assert greeters["default"] is greeters.default
    assert isinstance(greeters["fake"], FakeGreeter)
    assert list(greeters) == ["default", "fake"]


def test_the_settings_choose(greeters, settings):
    greeters.default.greet("Ann")
    settings.GREETERS = {"default": {"BACKEND": "tests.core.greeters.FakeGreeter"}}
    assert greeters.default.greet("Ann") == "fake Ann"


def test_an_unknown_alias_names_the_known_ones(greeters):
    with pytest.raises(UnknownProvider, match="default, fake"):
        greeters["loud"]


@pytest.mark.parametrize(
    "chosen",
    [
        {"BACKEND": "tests.core.nowhere.Polite"},
        {"BACKEND": "tests.core.greeters.Missing"},
        {"BACKEND": "tests.core.greeters.Mute"},
        {"BACKEND": "tests.core.greeters.Picky"},
        {"BACKEND": "tests.core.greeters.Polite", "OPTIONS": {"volume": 11}},
        {},
    ],
)
def test_the_system_check_names_the_alias_that_cannot_be_used(greeters, settings, chosen):
    assert check_families() == []
    settings.GREETERS = {**GREETERS, "broken": chosen}
    [found] = check_families()
    assert "GREETERS['broken']" in found.msg
