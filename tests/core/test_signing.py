import re
from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import ImproperlyConfigured
from hypothesis import given
from hypothesis import strategies as st

from apps.core.keys import new_key_line
from apps.core.signing import BadSignature, Expired, sign, verify

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
LATER = NOON + timedelta(hours=12)


def test_a_token_gives_back_what_was_signed_and_fits_into_a_path():
    token = sign("hls", {"s": "0197", "n": [1, "ä"]}, LATER)
    assert re.fullmatch(r"[A-Za-z0-9_.-]+", token)
    assert verify("hls", token, NOON) == {"s": "0197", "n": [1, "ä"]}


def test_a_token_ends_at_its_instant():
    token = sign("hls", 1, LATER)
    assert verify("hls", token, LATER - timedelta(seconds=1)) == 1
    with pytest.raises(Expired):
        verify("hls", token, LATER)


def test_a_token_for_one_purpose_is_refused_for_another():
    with pytest.raises(BadSignature):
        verify("download", sign("hls", 1, LATER), NOON)


@given(st.data())
def test_a_token_with_one_character_changed_is_refused(data):
    token = sign("hls", {"item": "0197"}, LATER)
    place = data.draw(st.integers(0, len(token) - 1))
    other = data.draw(st.sampled_from("ABCxyz019-_.").filter(lambda letter: letter != token[place]))
    with pytest.raises(BadSignature):
        verify("hls", token[:place] + other + token[place + 1 :], NOON)


@given(st.text(max_size=60))
def test_what_is_no_token_is_refused(text):
    with pytest.raises(BadSignature):
        verify("hls", text, NOON)


def test_after_a_rotation_old_tokens_verify_until_their_key_is_dropped(settings):
    old, new = new_key_line(), new_key_line()
    settings.BANDSTAND_ENCRYPTION_KEYS = [old]
    token = sign("hls", 1, LATER)
    settings.BANDSTAND_ENCRYPTION_KEYS = [new, old]
    assert verify("hls", token, NOON) == 1
    assert sign("hls", 1, LATER).startswith(new.split(":")[0])
    settings.BANDSTAND_ENCRYPTION_KEYS = [new]
    with pytest.raises(BadSignature):
        verify("hls", token, NOON)


def test_the_same_key_id_with_other_bytes_verifies_nothing(settings):
    token = sign("hls", 1, LATER)
    settings.BANDSTAND_ENCRYPTION_KEYS = ["t1:" + new_key_line().split(":")[1]]
    with pytest.raises(BadSignature):
        verify("hls", token, NOON)


@pytest.mark.parametrize("lines", [[], ["no-colon"], ["a:dG9vIHNob3J0"], ["bad id:" + "A" * 43 + "="], ["a:?"]])
def test_keys_that_cannot_be_used_are_named_without_being_shown(settings, lines):
    settings.BANDSTAND_ENCRYPTION_KEYS = lines
    with pytest.raises(ImproperlyConfigured) as refusal:
        sign("hls", 1, LATER)
    assert "BANDSTAND_ENCRYPTION_KEYS" in str(refusal.value)
    assert "dG9v" not in str(refusal.value)
