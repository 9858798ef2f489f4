import pytest

from tests.sources.pictures import PICTURES
from tests.sources.showing import show


@pytest.mark.parametrize("source", PICTURES, ids=lambda source: source.name)
def test_it_is_published_whole_or_refused_with_a_sentence(source, owner, settings):
    show(source, owner, settings)
