"""Requests that nobody would write: schemathesis makes them from the document, and holds the answers against it.

No server error, no status, type, header or body that the document does not tell of; as a visitor, a member and staff. What
is asked for is there in half of the requests. A few for each operation here; `make soak` makes a hundred.
"""

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi import checks

from apps.accounts.enums import Scope
from apps.accounts.services.tokens import create_token
from apps.core.api_document import document
from tests.api.table import ROWS
from tests.api.things import OPERATIONS, things

HELD = [
    not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
]
HOW = {
    "deadline": None,
    "database": None,
    "derandomize": True,
    "phases": [Phase.generate],
    "suppress_health_check": list(HealthCheck),
}


@schemathesis.serializer("application/offset+octet-stream", "image/png", "image/jpeg", "image/webp")
def _bytes(_context, value):
    return bytes(value) if isinstance(value, (bytes, bytearray)) else str(value).encode(errors="replace")


@pytest.fixture(scope="module")
def schema():
    found = schemathesis.openapi.from_dict(document())
    found.app = get_wsgi_application()
    return found


@pytest.fixture(autouse=True)
def _one_connection():
    """Requests share the test's transaction; Django's own test client does the same."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def ids(owner, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.MEDIA_ROOT.mkdir()
    return things(owner)


def headers_of(role, request):
    if role == "visitor":
        return {}
    person = request.getfixturevalue("member" if role == "member" else "moderator")
    _, secret = create_token(owner=person, name="any", scopes=list(Scope))
    return {"Authorization": f"Bearer {secret}"}


def ask_anything(schema, name, headers, ids, times):
    method, path, _ = OPERATIONS[name]
    operation = schema[path][method]
    there = {key: str(value) for key, value in ids(path).items()}
    ways = [
        operation.as_strategy(mode, **({"path_parameters": there} if real and there else {}))
        for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)
        for real in ((True, False) if there else (False,))
    ]

    @settings(max_examples=times, **HOW)
    @given(case=st.one_of(ways))
    def ask(case):
        answer = case.call(headers=headers)
        case.validate_response(answer, checks=HELD)

    ask()


@pytest.mark.parametrize("role", ["visitor", "member", "staff"])
@pytest.mark.parametrize("name", ROWS)
def test_nothing_undocumented_is_answered(name, role, schema, ids, request, db):
    ask_anything(schema, name, headers_of(role, request), ids, times=6)


@pytest.mark.soak
@pytest.mark.parametrize("role", ["visitor", "member", "staff"])
@pytest.mark.parametrize("name", ROWS)
def test_nothing_undocumented_is_answered_to_a_hundred(name, role, schema, ids, request, db):
    ask_anything(schema, name, headers_of(role, request), ids, times=100)
