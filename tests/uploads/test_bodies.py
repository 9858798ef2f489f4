"""What is too large is refused by the server itself, before anything is gathered."""

import http.client
import socket

import pytest

from tests.serving import serving

MIB = 1 << 20


@pytest.fixture(scope="module")
def site(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), serving(BANDSTAND_LARGEST_BODY_MB="8") as running:
        yield running


@pytest.fixture
def _own_media_folder():
    """The server is another process."""


def ask(site, body, headers=None, **options) -> http.client.HTTPResponse:
    line = http.client.HTTPConnection("127.0.0.1", site.port, timeout=30)
    line.request("POST", "/api/v1/uploads/", body, headers or {}, **options)
    return line.getresponse()


def test_a_body_that_is_too_large_is_refused_by_its_length(site):
    answer = ask(site, b"x" * (8 * MIB + 1))
    assert (answer.status, answer.headers["Tus-Resumable"]) == (413, "1.0.0")
    assert b"A request can bring at most 8 MiB." in answer.read()


def test_a_body_of_the_largest_size_reaches_the_view(site):
    assert ask(site, b"x" * 8 * MIB, {"Tus-Resumable": "1.0.0"}).status == 401


def test_a_body_that_hides_its_length_is_cut(site):
    with socket.create_connection(("127.0.0.1", site.port), timeout=30) as line:
        line.sendall(b"POST /api/v1/uploads/ HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n")
        with pytest.raises(OSError):
            for _ in range(200):
                line.sendall(b"100000\r\n" + b"x" * MIB + b"\r\n")
    assert ask(site, b"").status == 412


def test_a_body_in_chunks_that_is_small_enough_is_taken(site):
    assert ask(site, iter([b"abc", b"def"]), {"Tus-Resumable": "1.0.0"}, encode_chunked=True).status == 401
