"""The settings as another process reads them: with other variables, from another module."""

import json
import os
import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent.parent
_READ = "import importlib, json, sys; m = importlib.import_module(sys.argv[1]);"
_READ += " print(json.dumps([getattr(m, name) for name in sys.argv[2:]]))"


def environment(**variables: str) -> dict[str, str]:
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "BANDSTAND_DATA") if name in os.environ}
    return {**kept, **variables}


def run(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    line = [sys.executable, *arguments]
    return subprocess.run(
        line, cwd=PROJECT, env=environment(**variables), capture_output=True, text=True, check=False, timeout=120
    )


def settings_anew(module: str, names: tuple[str, ...], **variables: str) -> list[object]:
    done = run("-c", _READ, module, *names, **variables)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)
