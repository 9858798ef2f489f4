import pytest

from tests.sources.showing import show
from tests.sources.times import TIMES


@pytest.mark.parametrize("source", TIMES, ids=lambda source: source.name)
def test_it_is_published_whole_or_refused_with_a_sentence(source, owner, settings):
    show(source, owner, settings)
