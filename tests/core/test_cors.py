import pytest
from django.conf import settings as live

from config.env import BadEnvironment, read_origins

ELSEWHERE = "https://app.example.org"


@pytest.fixture
def allowed(settings):
    settings.CORS_ALLOWED_ORIGINS = [ELSEWHERE]


def preflight(client, path="/api/v1/uploads/", origin=ELSEWHERE):
    headers = {"Origin": origin, "Access-Control-Request-Method": "PATCH"}
    return client.options(path, headers=headers)


def test_no_other_origin_is_let_in_by_default(client, db):
    assert "Access-Control-Allow-Origin" not in preflight(client)
    assert "Access-Control-Allow-Origin" not in client.get("/api/v1/items/", headers={"Origin": ELSEWHERE})


def test_a_client_of_tus_elsewhere_finds_all_its_headers(client, db, allowed):
    answer = preflight(client)
    assert answer.status_code == 200
    assert answer["Access-Control-Allow-Origin"] == ELSEWHERE
    assert "Access-Control-Allow-Credentials" not in answer
    methods = set(answer["Access-Control-Allow-Methods"].split(", "))
    assert {"POST", "HEAD", "PATCH", "OPTIONS", "DELETE", "GET"} == methods
    asked = (
        "Authorization Content-Type X-Requested-With X-Request-ID X-HTTP-Method-Override X-CSRFToken Tus-Resumable"
        " Upload-Length Upload-Offset Upload-Metadata Upload-Defer-Length Upload-Concat Upload-Checksum"
    )
    assert {name.lower() for name in asked.split()} <= set(answer["Access-Control-Allow-Headers"].split(", "))
    told = client.get("/api/v1/items/", headers={"Origin": ELSEWHERE})["Access-Control-Expose-Headers"].split(", ")
    shown = (
        "Location Upload-Offset Upload-Length Upload-Metadata Upload-Defer-Length Upload-Concat Upload-Expires"
        " Tus-Version Tus-Resumable Tus-Max-Size Tus-Extension"
    )
    assert set(shown.split()) <= set(told)


@pytest.mark.parametrize("origin", ["https://evil.example.org", "null", "https://app.example.org.evil.com"])
def test_whoever_is_not_named_stays_outside(client, db, allowed, origin):
    assert "Access-Control-Allow-Origin" not in preflight(client, origin=origin)


@pytest.mark.parametrize("path", ["/", "/accounts/login/", "/admin/", "/metrics"])
def test_pages_are_for_no_other_origin(client, db, allowed, path):
    assert "Access-Control-Allow-Origin" not in client.get(path, headers={"Origin": ELSEWHERE})


@pytest.mark.parametrize("text", ["cdn.example.org", "https://a.b/path", "https://a; script-src *", "*"])
def test_an_origin_that_is_none_stops_the_start(monkeypatch, text):
    monkeypatch.setenv("BANDSTAND_MEDIA_ORIGINS", text)
    with pytest.raises(BadEnvironment, match="BANDSTAND_MEDIA_ORIGINS"):
        read_origins("BANDSTAND_MEDIA_ORIGINS")


def test_origins_are_read_as_the_policy_takes_them(monkeypatch):
    monkeypatch.setenv("BANDSTAND_MEDIA_ORIGINS", "https://cdn.example.org/, http://127.0.0.1:9000,https://[::1]:9000")
    assert read_origins("BANDSTAND_MEDIA_ORIGINS") == [
        "https://cdn.example.org",
        "http://127.0.0.1:9000",
        "https://[::1]:9000",
    ]
    assert live.CONTENT_SECURITY_POLICY["DIRECTIVES"]["connect-src"] == ["'self'"]
