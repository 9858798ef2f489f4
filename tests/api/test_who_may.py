"""Every operation with every kind of caller. The table is in `table.py`."""

import pytest
from rest_framework.test import APIClient

from apps.accounts.enums import Scope
from apps.accounts.services.tokens import create_token
from tests.api.table import BODIES, FILES, ROWS
from tests.api.things import OPERATIONS, things


@pytest.fixture
def ids(owner):
    return things(owner)


def call(client, name, ids):
    method, path, _ = OPERATIONS[name]
    path = path.format(**ids(path))
    if path.startswith("/api/v1/uploads/") and method != "get":
        headers = {"Tus-Resumable": "1.0.0", "Upload-Length": "9", "Upload-Offset": "0"}
        return client.generic(method, path, content_type="application/offset+octet-stream", headers=headers)
    if name in FILES:
        body, kind = FILES[name]
        return client.generic(method, path, body, content_type=kind)
    return getattr(client, method)(path, BODIES.get(name), format="json" if name in BODIES else None)


def speaking(person, *scopes) -> APIClient:
    client = APIClient()
    _, secret = create_token(owner=person, name="table", scopes=scopes)
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {secret}")
    return client


def test_every_operation_is_in_the_table():
    assert set(ROWS) == set(OPERATIONS), "write down in tests/api/table.py who may call it, and who must not"


@pytest.mark.parametrize("name", ROWS)
def test_the_document_names_the_scope_of_the_table(name):
    security = OPERATIONS[name][2]["security"]
    assert {"token": [ROWS[name].scope]} in security
    assert ({} in security) == (ROWS[name].visitor != 401)


@pytest.mark.parametrize("name", ROWS)
def test_visitors_members_and_staff_get_what_the_table_says(name, ids, member, moderator):
    row = ROWS[name]
    for person, status in ((None, row.visitor), (member, row.member), (moderator, row.staff)):
        client = APIClient()
        if person:
            client.force_login(person)
        answer = call(client, name, ids)
        assert answer.status_code == status, (person, answer.content)
        assert str(status) in OPERATIONS[name][2]["responses"]


@pytest.mark.parametrize("name", ROWS)
def test_a_token_opens_it_with_the_right_scope_alone(name, ids, moderator):
    row = ROWS[name]
    for scope in Scope:
        answer = call(speaking(moderator, scope), name, ids)
        if scope in {row.scope, row.also, Scope.ADMIN}:
            assert answer.status_code not in {401, 403}, (scope, answer.content)
        else:
            assert answer.status_code == 403, scope
            assert answer.json()["error"]["code"] == "missing_scope"


@pytest.mark.parametrize("name", ROWS)
def test_a_token_of_everything_makes_nobody_staff(name, ids, member):
    answer = call(speaking(member, *Scope), name, ids)
    assert answer.status_code == ROWS[name].member
