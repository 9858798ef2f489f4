"""Brings what the lock files name into .venv and node_modules, and builds the pages' files. Standard library only.

    python build/install.py run     what the site needs
    python build/install.py dev     and what checks it

Every step leaves a stamp with the digest of what it was made from, so that a second call is over in a blink.
"""

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / os.environ.get("VENV", ".venv")
BIN = VENV / "bin"
LOCKS = {"run": ("base", "embedded"), "dev": ("base", "embedded", "dev")}
BUILD_SOURCES = ("build/*.mjs", "build/*.json", "static/**/*", "templates/**/*.html", "apps/**/templates/**/*.html")
BUILT = ("static/vendor", "static/build")


def say(text: str) -> None:
    print(text, flush=True)


def digest(paths: Iterable[Path], *more: str) -> str:
    total = hashlib.sha256("\0".join(more).encode())
    for path in paths:
        total.update(f"\0{path.relative_to(ROOT)}\0".encode() + path.read_bytes())
    return total.hexdigest()


def is_current(stamp: Path, wanted: str) -> bool:
    return stamp.is_file() and stamp.read_text() == wanted


def run(line: list[str | Path], trouble: str) -> None:
    """Runs a program in the project's folder. Only where it fails what it said is shown, followed by one sentence."""
    env = {**os.environ, "PATH": f"{BIN}{os.pathsep}{os.environ.get('PATH', os.defpath)}"}
    done = subprocess.run(line, cwd=ROOT, env=env, check=False, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if done.returncode:
        sys.stdout.buffer.write(done.stdout)
        sys.exit(trouble)


def venv_works() -> bool:
    python = BIN / "python"
    return (
        python.exists()
        and not subprocess.run([python, "-c", "import pip"], capture_output=True, check=False).returncode
    )


def make_venv() -> None:
    """A virtual environment whose Python has gone (an upgrade of the system) is made anew."""
    if venv_works():
        return
    shutil.rmtree(VENV, ignore_errors=True)
    trouble = f"The virtual environment {VENV} could not be made: see above for the reason."
    run([sys.executable, "-m", "venv", VENV], trouble)


def install_python(purpose: str) -> None:
    locks = [ROOT / "requirements" / f"{name}.txt" for name in LOCKS[purpose]]
    stamp, wanted = VENV / f".installed-{purpose}", digest(locks)
    # The venv is looked at last: with a current stamp a missing `pip` says that its Python has gone.
    if is_current(stamp, wanted) and venv_works():
        return
    make_venv()
    say("Installing Python packages: once, a minute or two …")
    files = [part for lock in locks for part in ("-r", lock)]
    quiet = ["--quiet", "--disable-pip-version-check", "--no-input"]
    run(
        [BIN / "python", "-m", "pip", "install", *quiet, "--require-hashes", *files],
        "The Python packages could not be installed: see above for the reason. `make` goes on from here next time.",
    )
    stamp.write_text(wanted)


def install_node() -> None:
    wanted = digest([ROOT / "package.json", ROOT / "package-lock.json"])
    stamp = ROOT / "node_modules" / ".installed"
    if is_current(stamp, wanted):
        return
    say("Installing what the pages are built from: once …")
    quiet = ["--no-audit", "--no-fund", "--no-update-notifier", "--loglevel=error"]
    run(
        [BIN / "npm", "ci", "--ignore-scripts", *quiet],
        "The packages of package-lock.json could not be installed: see above for the reason.",
    )
    stamp.write_text(wanted)


def sources() -> list[Path]:
    made = tuple(ROOT / folder for folder in BUILT)
    found = {path for pattern in BUILD_SOURCES for path in ROOT.glob(pattern) if path.is_file()}
    return sorted(path for path in found if not any(folder in path.parents for folder in made))


def build_pages() -> None:
    wanted = digest([*sources(), ROOT / "package-lock.json"])
    stamp = ROOT / "static" / "build" / ".stamp"
    if is_current(stamp, wanted):
        return
    say("Building the pages' files …")
    run(
        [BIN / "npm", "run", "build", "--silent"],
        "The pages' files could not be built: see above for the reason.",
    )
    stamp.parent.mkdir(parents=True, exist_ok=True)
    stamp.write_text(wanted)


def main() -> None:
    if len(sys.argv) != 2 or sys.argv[1] not in LOCKS:
        sys.exit("Say what to install for: run or dev.")
    install_python(sys.argv[1])
    install_node()
    build_pages()


if __name__ == "__main__":
    main()
