"""The stand-in for Patreon, and a campaign of it that is connected here."""

import pytest

from apps.memberships import ladder
from tests.memberships.campaigns import connect, point_at, tiers_for
from tests.stubs.patreon import serving


@pytest.fixture(autouse=True)
def _fresh_ladder():
    ladder.forget()
    yield
    ladder.forget()


@pytest.fixture
def patreon(settings, monkeypatch):
    with serving() as stub:
        point_at(stub, settings, monkeypatch)
        yield stub


@pytest.fixture
def campaign(patreon, owner):
    """Connected by its creator; the first reading waits as a job."""
    return connect(patreon, owner)


@pytest.fixture
def tiers(campaign):
    return tiers_for(campaign)
