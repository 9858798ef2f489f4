from pathlib import Path

from tests.sources.everything import EVERYTHING
from tests.sources.table import table

PAGE = Path(__file__).parents[2] / "docs" / "sources.md"


def test_the_docs_tell_what_these_tests_show():
    told = PAGE.read_text().split("## The table", 1)[1]
    assert told[told.index("###") :].strip() == table().strip(), "run `python -m tests.sources.table`"


def test_every_source_has_a_name_of_its_own():
    names = [source.name for sources in EVERYTHING.values() for source in sources]
    assert len(names) == len(set(names))
