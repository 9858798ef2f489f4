"""Fixtures that every test may use: the four people, and clients that speak for them."""

import pytest

from apps.accounts.enums import Role
from apps.accounts.models import User


def make_person(username: str, role: str = Role.MEMBER, **fields) -> User:
    return User.objects.create_user(username, f"{username}@example.org", "correct horse", role=role, **fields)


@pytest.fixture
def owner(db) -> User:
    """Whose thing it is: a creator."""
    return make_person("olive", Role.CREATOR)


@pytest.fixture
def member(db) -> User:
    return make_person("mila")


@pytest.fixture
def stranger(db) -> User:
    return make_person("sven")


@pytest.fixture
def moderator(db) -> User:
    """Who operates the site."""
    return make_person("maren", Role.TEAM)
