import pytest

from tests.sources.showing import show
from tests.sources.sounds import SOUNDS


@pytest.mark.parametrize("source", SOUNDS, ids=lambda source: source.name)
def test_it_is_published_whole_or_refused_with_a_sentence(source, owner, settings):
    show(source, owner, settings)
