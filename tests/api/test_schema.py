import json

import pytest
import yaml
from django.core.management import call_command
from rest_framework.test import APIClient

from apps.core.api_document import document

METHODS = {"get", "post", "put", "patch", "delete", "head"}


def operations():
    paths = document()["paths"]
    return [(method, path, paths[path][method]) for path in paths for method in paths[path] if method in METHODS]


def test_the_document_is_valid_and_made_without_a_warning(tmp_path):
    call_command("spectacular", "--validate", "--fail-on-warn", "--file", tmp_path / "schema.yml")


def test_everyone_may_read_it_as_yaml_and_as_json(db):
    plain = APIClient().get("/api/schema/")
    assert plain.status_code == 200
    assert yaml.safe_load(plain.content)["info"]["title"] == "Bandstand"
    for asked in ({"path": "/api/schema/?format=json"}, {"path": "/api/schema/", "HTTP_ACCEPT": "application/json"}):
        answer = APIClient().get(**asked)
        assert json.loads(answer.content)["openapi"] == "3.1.0"
        assert "json" in answer["Content-Type"]


def test_every_operation_says_what_it_does_and_who_may():
    seen = set()
    for method, path, operation in operations():
        where = f"{method} {path}"
        assert operation["summary"], where
        assert operation["description"], where
        assert operation["operationId"] not in seen, where
        seen.add(operation["operationId"])
        scopes = [each["token"] for each in operation["security"] if "token" in each]
        assert len(scopes) == 1, where
        assert len(scopes[0]) == 1, where
        assert any("session" in each for each in operation["security"]), where


def test_every_failure_has_the_one_shape():
    for method, path, operation in operations():
        failures = {status: answer for status, answer in operation["responses"].items() if status >= "400"}
        assert {"400", "401", "403", "429"} <= set(failures), f"{method} {path}"
        for answer in failures.values():
            assert answer["content"]["application/json"]["schema"] == {"$ref": "#/components/schemas/Error"}
        assert "Retry-After" in failures["429"]["headers"]


def test_lists_come_in_pages():
    schemas = document()["components"]["schemas"]
    pages = [schema for name, schema in schemas.items() if name.startswith("Paginated")]
    assert len(pages) >= 4
    assert all(set(page["properties"]) == {"next", "previous", "results"} for page in pages)


@pytest.mark.parametrize("name", ["duration_ms", "size_bytes", "created_at", "master_url"])
def test_names_carry_their_units(name):
    assert name in json.dumps(document()["components"]["schemas"])
