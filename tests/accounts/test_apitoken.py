from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from apps.accounts.services.tokens import find_token


def test_the_command_prints_a_token_and_nothing_else(member):
    out = StringIO()
    call_command("apitoken", "MILA", stdout=out)
    token = find_token(out.getvalue().removesuffix("\n"))
    assert token.owner == member
    assert token.scopes == ["play", "read", "upload", "write"]


def test_the_command_takes_scopes(member):
    out = StringIO()
    call_command("apitoken", "mila", "--scope", "admin", "--scope", "read", stdout=out)
    assert find_token(out.getvalue().strip()).scopes == ["admin", "read"]


def test_an_unknown_person_is_named_in_one_sentence(db):
    with pytest.raises(CommandError, match=r"^There is no active person with the user name nobody\.$"):
        call_command("apitoken", "nobody")


def test_an_unknown_scope_leaves_no_token(member):
    with pytest.raises(CommandError, match=r"^Scopes are read, upload, write, play, admin\.$"):
        call_command("apitoken", "mila", "--scope", "fly")
    assert not member.tokens.exists()
