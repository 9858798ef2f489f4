"""A small web server on loopback for tests of what the site fetches: each path is a function of the request."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class _Quiet(ThreadingHTTPServer):
    def handle_error(self, *_: Any) -> None:
        """A client that gave up is what some tests are about."""


class Stub:
    """`stub.on("/path", answer)`: `answer(request)` writes with `request.answer(status, body, **headers)`."""

    def __init__(self) -> None:
        self.answers: dict[str, Callable[[Any], None]] = {}
        self.requests: list[tuple[str, str, dict[str, str], bytes]] = []
        self.server = _Quiet(("127.0.0.1", 0), self._handler())
        self.port = self.server.server_address[1]
        self.url = f"http://127.0.0.1:{self.port}"

    def on(self, path: str, answer: Callable[[Any], None]) -> str:
        self.answers[path] = answer
        return self.url + path

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        stub = self

        class Handler(BaseHTTPRequestHandler):
            def answer(self, status: int, body: bytes = b"", **headers: str) -> None:
                self.send_response(status)
                for name, value in {"content_length": str(len(body)), **headers}.items():
                    self.send_header(name.replace("_", "-"), value)
                self.end_headers()
                self.wfile.write(body)

            def handle_one(self) -> None:
                length = int(self.headers.get("content-length") or 0)
                stub.requests.append((self.command, self.path, dict(self.headers), self.rfile.read(length)))
                stub.answers[self.path.partition("?")[0]](self)

            do_GET = do_POST = do_HEAD = do_PUT = do_DELETE = handle_one  # noqa: N815  (the names that http.server looks for)

            def log_message(self, *_: Any) -> None:
                """Quiet."""

        return Handler


@contextmanager
def serving() -> Iterator[Stub]:
    stub = Stub()
    thread = threading.Thread(target=stub.server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield stub
    finally:
        stub.server.shutdown()
        stub.server.server_close()
        thread.join()
