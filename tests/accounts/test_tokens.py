import pytest

from apps.accounts.services.tokens import MOST_TOKENS, create_token, find_token
from apps.core.errors import Conflict


def test_a_token_is_found_by_its_secret_alone(owner):
    row, secret = create_token(owner=owner, name="script", scopes=["read"])
    assert find_token(secret).pk == row.pk
    assert find_token(secret + "x") is None
    assert secret not in str(row.__dict__)


def test_a_token_of_a_disabled_person_is_dead(owner):
    _, secret = create_token(owner=owner, name="script", scopes=["read"])
    owner.is_active = False
    owner.save()
    assert find_token(secret) is None


def test_a_person_has_a_bounded_number_of_tokens(member):
    for number in range(MOST_TOKENS):
        create_token(owner=member, name=str(number), scopes=["read"])
    with pytest.raises(Conflict, match="revoke one"):
        create_token(owner=member, name="one more", scopes=["read"])
