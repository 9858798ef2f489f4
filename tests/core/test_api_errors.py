import pytest
from django.test import Client

pytestmark = [pytest.mark.urls("tests.core.api_site"), pytest.mark.django_db]


@pytest.fixture
def client(client):
    client.raise_request_exception = False
    return client


@pytest.mark.parametrize(
    ("name", "status", "error"),
    [
        ("conflict", 409, {"code": "conflict", "message": "Somebody was faster."}),
        ("invalid", 400, {"code": "invalid", "message": "Too long.", "fields": {"title": ["Too long."]}}),
        ("not_allowed", 403, {"code": "not_allowed", "message": "Not yours."}),
        ("not_found", 404, {"code": "not_found", "message": "Gone."}),
        ("coded", 413, {"code": "quota_full", "message": "Full."}),
        ("django_404", 404, {"code": "not_found", "message": "There is nothing here."}),
        ("django_403", 403, {"code": "not_allowed", "message": "You may not do this."}),
    ],
)
def test_every_error_has_the_one_shape_and_its_status(client, name, status, error):
    response = client.get(f"/api/fail/{name}/")
    assert (response.status_code, response.json()) == (status, {"error": error})


def test_a_crash_is_told_without_its_internals(client):
    for address in ("/api/fail/crash/", "/api/plain/crash/"):
        response = client.get(address)
        assert response.status_code == 500
        assert response.json()["error"]["code"] == "server_error"
        assert "secret" not in response.text


def test_fields_are_named_by_their_path(client):
    response = client.post(
        "/api/body/", {"title": "too long", "steps": [{"rank": 1}, {"rank": "x"}]}, content_type="application/json"
    )
    error = response.json()["error"]
    assert response.status_code == 400
    assert error["code"] == "invalid"
    assert set(error["fields"]) == {"title", "steps.1.rank"}
    assert error["message"] == error["fields"]["title"][0]


def test_what_cannot_be_read_or_is_not_offered_is_told_in_the_same_shape(client):
    broken = client.post("/api/body/", "{broken", content_type="application/json")
    assert (broken.status_code, broken.json()["error"]["code"]) == (400, "parse_error")
    assert broken.json()["error"]["message"] == "The body of this request cannot be read."
    wrong_method = client.get("/api/body/")
    assert (wrong_method.status_code, wrong_method.json()["error"]["code"]) == (405, "method_not_allowed")
    assert set(wrong_method["Allow"].split(", ")) == {"POST", "OPTIONS"}
    wrong_type = client.post("/api/body/", "a=b", content_type="text/csv")
    assert (wrong_type.status_code, wrong_type.json()["error"]["code"]) == (415, "unsupported_media_type")
    nested = client.post("/api/body/", "[" * 100_000, content_type="application/json")
    assert nested.status_code == 400
    assert nested.json()["error"]["code"] == "parse_error"


def test_a_visitor_is_asked_to_sign_in_and_a_bad_token_is_named(client, member):
    visitor = client.get("/api/private/")
    assert (visitor.status_code, visitor.json()["error"]["code"]) == (401, "not_authenticated")
    assert visitor["WWW-Authenticate"] == "Bearer"
    bad = client.get("/api/private/", headers={"Authorization": "Bearer nonsense"})
    assert (bad.status_code, bad.json()["error"]["code"]) == (401, "bad_token")
    client.force_login(member)
    assert client.get("/api/private/").status_code == 200


def test_what_django_answers_by_itself_is_json_below_api_and_a_page_elsewhere(client):
    assert client.get("/api/nowhere/").json() == {"error": {"code": "not_found", "message": "There is nothing here."}}
    assert client.get("/api/plain/forbidden/").json()["error"]["code"] == "not_allowed"
    assert client.get("/api/plain/suspicious/").json()["error"]["code"] == "bad_request"
    for address, status in [("/nowhere/", 404), ("/plain/forbidden/", 403), ("/plain/crash/", 500)]:
        response = client.get(address)
        assert response.status_code == status
        assert response["Content-Type"].startswith("text/html")
        assert "secret" not in response.text


@pytest.mark.parametrize(
    ("address", "status", "code"),
    [("?kind=%00", 400, "bad_request"), ("?kind=a&origin=a%00b", 400, "bad_request"), ("%00/", 404, "not_found")],
)
def test_a_nul_in_an_address_is_refused_before_the_database_chokes_on_it(client, address, status, code):
    response = client.get(f"/api/jobs/{address}")
    assert (response.status_code, response.json()["error"]["code"]) == (status, code)
    assert "Content-Security-Policy" in response


def test_a_body_that_is_too_large_is_not_read_to_its_end(client, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    answer = client.post("/api/body/", {"title": "x" * 1000}, content_type="application/json")
    assert (answer.status_code, answer.json()["error"]["code"]) == (413, "too_large")
    assert client.post("/api/body/", {"title": "short"}, content_type="application/json").status_code == 200


def test_a_session_without_the_token_against_forgery_changes_nothing(member):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(member)
    answer = browser.post("/api/body/", {"title": "short"}, content_type="application/json")
    assert answer.status_code == 403
    assert set(answer.json()["error"]) == {"code", "message"}
