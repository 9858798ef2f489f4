from apps.accounts.services.tokens import create_token, find_token


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
