"""`make fresh`: both commands in a clean copy, with almost nothing on PATH and an empty environment.

So a program that happens to be installed here (FFmpeg, Node, PostgreSQL, Redis, git) cannot help by accident. Settings
that lead pip and npm to packages are passed on, so that it works behind a company's mirror too.
"""

import http.client
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
COREUTILS = """
    [ arch base64 basename cat chmod chown cp cut date dd df dirname du echo env expr false fold head hostname id install
    join ln logname ls md5sum mkdir mkfifo mknod mktemp mv nice nl nohup nproc od paste pathchk printenv printf pwd
    readlink realpath rm rmdir seq sha1sum sha256sum sha512sum shuf sleep sort split stat stty sum sync tac tail tee test
    timeout touch tr true truncate tsort tty uname unexpand uniq unlink wc who whoami yes
""".split()  # noqa: SIM905 - a page of names reads better than a list of them
PASSED_ON = ("PIP_", "NPM_CONFIG_", "SSL_CERT_", "NODE_EXTRA_CA_CERTS", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY")
PATIENCE = 1800.0


def say(text: str) -> None:
    print(text, flush=True)


def copy_tracked(target: Path) -> None:
    """What git knows, as it lies here now (changed or not)."""
    names = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout
    for name in os.fsdecode(names).split("\0"):
        source = ROOT / name
        if name and source.is_file():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, target / name)


def make_path(folder: Path) -> None:
    """A folder of links to coreutils, a shell, make and the Python that runs this."""
    folder.mkdir()
    for name in (*COREUTILS, "sh", "make"):
        found = shutil.which(name)
        if found:
            (folder / name).symlink_to(found)
    base = getattr(sys, "_base_executable", sys.executable)
    (folder / "python3").symlink_to(Path(base).resolve())


def bare_environment(path: Path, home: Path) -> dict[str, str]:
    home.mkdir()
    kept = {
        name: value
        for name, value in os.environ.items()
        if name.upper().startswith(PASSED_ON) or name.upper() in PROXIES
    }
    real = Path.home()
    for name, places in {
        "PIP_CONFIG_FILE": (".config/pip/pip.conf", ".pip/pip.conf"),
        "npm_config_userconfig": (".npmrc",),
    }.items():
        for place in places:
            if (real / place).is_file():
                kept.setdefault(name, str(real / place))
    return {**kept, "PATH": str(path), "HOME": str(home)}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def answers(port: int) -> bool:
    caller = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
    try:
        caller.request("GET", "/healthz")
        return caller.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        caller.close()


def start_and_stop(folder: Path, env: dict[str, str]) -> float:
    """`make run` until it answers, then Ctrl-C; returns the seconds to the first answer."""
    port = free_port()
    began = time.monotonic()
    site = subprocess.Popen(["make", "run", f"PORT={port}"], cwd=folder, env=env, start_new_session=True)
    try:
        while not answers(port):
            if site.poll() is not None or time.monotonic() - began > PATIENCE:
                sys.exit("`make run` did not serve the site: see above for the reason.")
            time.sleep(0.1)
        seconds = time.monotonic() - began
    finally:
        if site.poll() is None:
            os.killpg(site.pid, signal.SIGINT)
        site.wait(60)
    leftover = still_there(folder)
    if leftover:
        sys.exit("After Ctrl-C these were still there:\n" + "\n".join(leftover))
    return seconds


def still_there(folder: Path) -> list[str]:
    """Processes that work in the copy or were started from it."""
    found = []
    for entry in Path("/proc").iterdir():
        try:
            line = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
            here = (entry / "cwd").readlink().is_relative_to(folder)
        except OSError:
            continue
        if line and (here or str(folder) in line):
            found.append(f"  {entry.name} {line}")
    return found


def run_tests(folder: Path, env: dict[str, str]) -> float:
    began = time.monotonic()
    if subprocess.run(["make", "test"], cwd=folder, env=env, check=False).returncode:
        sys.exit("`make test` failed in the clean copy: see above for the reason.")
    return time.monotonic() - began


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="bandstand-fresh-") as temporary:
        base = Path(temporary)
        folder = base / "copy"
        copy_tracked(folder)
        make_path(base / "bin")
        env = bare_environment(base / "bin", base / "home")
        figures = [
            ("first start", start_and_stop(folder, env), 240.0),
            ("later start", start_and_stop(folder, env), 10.0),
        ]
        figures.append(("make test", run_tests(folder, env), 600.0))
    say("\nIn a clean copy, with a bare PATH:")
    for name, seconds, budget in figures:
        say(f"  {name:<12} {seconds:6.1f} s   (budget {budget:.0f} s)")


if __name__ == "__main__":
    main()
