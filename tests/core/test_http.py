import gzip
import json
import time

import pytest

from apps.core import egress, http
from tests.stubs import web


@pytest.fixture
def stub(settings):
    settings.BANDSTAND_HTTP_ALLOW_PRIVATE = True
    with web.serving() as stub:
        yield stub


def test_an_answer_is_read_whatever_its_status(stub):
    fine = http.get(stub.on("/a", lambda r: r.answer(200, b'{"a": 1}')), params={"q": "ä b"})
    assert (fine.ok, fine.status, fine.json(), fine.text) == (True, 200, {"a": 1}, '{"a": 1}')
    assert stub.requests[0][1] == "/a?q=%C3%A4+b"
    assert stub.requests[0][2]["User-Agent"] == "Bandstand"
    missing = http.get(stub.on("/b", lambda r: r.answer(404, b"no")))
    assert (missing.ok, missing.status) == (False, 404)
    with pytest.raises(http.BadReply):
        missing.json()


def test_json_and_forms_are_posted(stub):
    address = stub.on("/a", lambda r: r.answer(200))
    http.post(address, json={"a": [1]})
    http.post(address, form={"b": "2"})
    assert json.loads(stub.requests[0][3]) == {"a": [1]}
    assert stub.requests[1][3] == b"b=2"


@pytest.mark.parametrize(
    "url",
    [
        "ftp://example.org/",
        "file:///etc/passwd",
        "gopher://example.org/",
        "//example.org/",
        "http://",
        "",
        "javascript:alert(1)",
        "http://example.org:25/",
        "http://user:secret@example.org/",
        "http://[::1",
        "http://exa mple.org/\n",
    ],
)
def test_asvs_1_3_6_addresses_that_are_not_of_the_web_are_refused(url):
    with pytest.raises(http.RefusedAddress):
        http.get(url)


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "localhost",
        "127.1",
        "0x7f000001",
        "2130706433",
        "0.0.0.0",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "[::1]",
        "[::]",
        "[fe80::1]",
        "[fd00::1]",
        "[::ffff:127.0.0.1]",
        "[2002:7f00:1::]",
        "[64:ff9b::a00:1]",
    ],
)
def test_asvs_1_3_6_private_addresses_are_refused_however_they_are_spelled(host):
    with pytest.raises(http.RefusedAddress):
        http.get(f"http://{host}:8080/", retries=0)


@pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700::1111", "64:ff9b::808:808"])
def test_public_addresses_are_public(address):
    assert egress.is_public(address)


def test_a_name_with_one_private_address_is_refused_and_asked_for_once(monkeypatch):
    asked = []

    def rebinding(host, port, **_):
        asked.append(host)
        return [(2, 1, 6, "", ("93.184.216.34", port)), (2, 1, 6, "", ("127.0.0.1", port))]

    monkeypatch.setattr(egress.socket, "getaddrinfo", rebinding)
    with pytest.raises(http.RefusedAddress):
        http.get("http://rebinding.example:8080/")
    assert asked == ["rebinding.example"]


def test_the_connection_goes_to_the_checked_address_and_keeps_the_name(stub, monkeypatch):
    stub.on("/a", lambda r: r.answer(200))
    monkeypatch.setattr(egress, "resolve", lambda host, port, *, allow_private: ["127.0.0.1"])
    assert http.get(f"http://name.example:{stub.port}/a").ok
    assert stub.requests[0][2]["Host"] == f"name.example:{stub.port}"


def test_redirects_are_followed_only_when_asked_for(stub):
    stub.on("/end", lambda r: r.answer(200, b"end"))
    address = stub.on("/start", lambda r: r.answer(302, location="/end"))
    assert http.get(address).status == 302
    reply = http.get(address, redirects=1)
    assert (reply.text, reply.url) == ("end", stub.url + "/end")


def test_asvs_15_3_2_every_hop_of_a_redirect_is_checked(stub):
    address = stub.on("/start", lambda r: r.answer(302, location="file:///etc/passwd"))
    with pytest.raises(http.RefusedAddress):
        http.get(address, redirects=3)
    loop = stub.on("/loop", lambda r: r.answer(302, location="/loop"))
    assert http.get(loop, redirects=3).status == 302
    with pytest.raises(http.BadReply):
        http.get(stub.on("/nowhere", lambda r: r.answer(302)), redirects=1)


def test_secrets_do_not_travel_to_another_host(stub):
    with web.serving() as other:
        other.on("/end", lambda r: r.answer(200))
        address = stub.on("/start", lambda r: r.answer(307, location=f"{other.url}/end"))
        http.post(address, content=b"body", headers={"Authorization": "Bearer x", "X-Kept": "1"}, redirects=1)
    method, _, headers, body = other.requests[0]
    assert (method, body, headers["X-Kept"]) == ("POST", b"body", "1")
    assert "Authorization" not in headers


def test_a_post_that_is_sent_elsewhere_becomes_a_get_without_its_body(stub):
    stub.on("/end", lambda r: r.answer(200))
    http.post(stub.on("/start", lambda r: r.answer(303, location="/end")), json={"a": 1}, redirects=1)
    assert (stub.requests[1][0], stub.requests[1][3]) == ("GET", b"")


def test_what_is_too_large_is_refused_by_its_announcement_and_by_its_bytes(stub):
    with pytest.raises(http.TooLarge):
        http.get(stub.on("/a", lambda r: r.answer(200, b"x" * 101)), max_bytes=100)

    def unannounced(request):
        request.send_response(200)
        request.end_headers()
        request.wfile.write(b"x" * 200_000)

    with pytest.raises(http.TooLarge):
        http.get(stub.on("/b", unannounced), max_bytes=100_000)
    bomb = gzip.compress(bytes(3_000_000))
    with pytest.raises(http.TooLarge):
        http.get(stub.on("/c", lambda r: r.answer(200, bomb, content_encoding="gzip")), max_bytes=100_000)
    assert http.get(stub.on("/d", lambda r: r.answer(200, b"x" * 100)), max_bytes=100).ok


def test_network_errors_and_5xx_are_retried_where_nothing_is_done_twice(stub):
    statuses = [500, 503, 200]
    reply = http.get(stub.on("/a", lambda r: r.answer(statuses.pop(0), b"there")))
    assert (reply.status, reply.text) == (200, "there")
    assert http.post(stub.on("/b", lambda r: r.answer(500))).status == 500
    assert [path for _, path, _, _ in stub.requests] == ["/a", "/a", "/a", "/b"]
    assert http.get(stub.on("/c", lambda r: r.answer(502)), retries=1).status == 502
    assert http.get(stub.on("/d", lambda r: r.answer(404))).status == 404
    assert len(stub.requests) == 7


def test_an_answer_that_never_comes_or_breaks_off_is_told_apart_from_a_refusal(stub):
    stub.on("/slow", lambda r: time.sleep(1))
    with pytest.raises(http.Unreachable, match="in time"):
        http.get(stub.url + "/slow", timeout=0.1, retries=0)
    stub.on("/short", lambda r: r.answer(200, b"x", content_length="10"))
    with pytest.raises(http.Unreachable, match="broke off"):
        http.get(stub.url + "/short")
    with web.serving() as gone:
        pass
    with pytest.raises(http.Unreachable):
        http.get(gone.url + "/", retries=0)


def test_a_body_that_drips_forever_is_given_up(stub):
    def drip(request):
        request.send_response(200)
        request.end_headers()
        while True:
            request.wfile.write(b"x" * 65536)
            time.sleep(0.05)

    with pytest.raises(http.Unreachable, match="too long"):
        http.get(stub.on("/drip", drip), total=0.3, max_bytes=1 << 40)


def test_a_large_body_comes_in_parts(stub):
    address = stub.on("/a", lambda r: r.answer(200, b"x" * 300_000))
    with http.stream("GET", address) as download:
        parts = [len(part) for part in download.parts]
    assert sum(parts) == 300_000
    assert max(parts) <= 65_536
