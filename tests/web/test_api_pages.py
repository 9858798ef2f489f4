"""`/api/` and the readers' pages, without a browser."""

import pytest

from apps.core.csp import READER_ADDITIONS
from apps.web.assets import manifest
from apps.web.views.readers import READERS


def policy_of(answer) -> dict[str, str]:
    parts = [part.strip().partition(" ") for part in answer["Content-Security-Policy"].split(";")]
    return {name: sources for name, _, sources in parts}


def test_the_page_of_the_api_names_every_reader_and_the_document(client, db):
    page = client.get("/api/").text
    assert all(f'href="/api/{reader.name}/"' in page for reader in READERS)
    assert "/api/schema/?format=json" in page


@pytest.mark.parametrize("reader", READERS, ids=lambda reader: reader.name)
def test_a_reader_has_a_policy_of_its_own_without_eval_and_without_other_hosts(client, db, reader):
    answer = client.get(f"/api/{reader.name}/")
    assert answer.status_code == 200
    assert "<script>" not in answer.text
    policy = policy_of(answer)
    assert policy["script-src"] == "'self'"
    assert "http" not in answer["Content-Security-Policy"]
    assert ("'unsafe-inline'" in policy["style-src"]) == bool(READER_ADDITIONS[reader.name])
    assert "'unsafe-inline'" not in policy_of(client.get("/api/"))["style-src"]


def test_what_is_no_reader_is_not_there_in_the_shape_of_the_api(client, db):
    assert client.get("/api/nonsense/").json()["error"]["code"] == "not_found"


def test_their_licences_are_told(client, db):
    named = {package["name"]: package for package in (manifest() or {"licences": []})["licences"]}
    page = client.get("/about/licences/").text
    for name in ("swagger-ui-dist", "redoc", "@scalar/api-reference", "rapidoc", "@stoplight/elements"):
        assert named[name]["licence"] in {"MIT", "Apache-2.0"}
        assert name in page
