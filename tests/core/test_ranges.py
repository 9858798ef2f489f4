import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.core.ranges import Slice, Unsatisfiable, parse_range


@pytest.mark.parametrize(
    ("header", "wanted"),
    [
        ("bytes=0-0", Slice(0, 0)),
        ("bytes=0-", Slice(0, 99)),
        ("bytes=90-200", Slice(90, 99)),
        ("bytes=-10", Slice(90, 99)),
        ("bytes=-1000", Slice(0, 99)),
        ("Bytes = 5 - 6 ", Slice(5, 6)),
        ("bytes=6-5", None),
        ("bytes=-", None),
        ("bytes=0-1,5-6", None),
        ("items=0-1", None),
        ("bytes=a-b", None),
        ("bytes=٣-٤", None),
        ("", None),
    ],
)
def test_a_range_header_is_read_as_the_rfc_says(header, wanted):
    assert parse_range(header, 100) == wanted


@pytest.mark.parametrize("header", ["bytes=100-", "bytes=100-200", "bytes=-0"])
def test_a_range_outside_the_file_cannot_be_had(header):
    with pytest.raises(Unsatisfiable):
        parse_range(header, 100)


@given(st.integers(0, 50), st.integers(0, 60), st.integers(0, 60))
def test_what_is_answered_is_never_more_than_the_file(size, first, last):
    for header in (f"bytes={first}-{last}", f"bytes={first}-", f"bytes=-{last}"):
        try:
            part = parse_range(header, size)
        except Unsatisfiable:
            continue
        if part is not None:
            assert 0 <= part.first <= part.last < size
