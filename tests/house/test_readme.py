"""What the README says cannot rot: its table is that of .env.example, which names every variable that the code reads."""

import importlib.util
import re
from pathlib import Path

from django.conf import settings
from django.core.management import get_commands

from apps.core import health
from apps.core.management.commands.doctor import Command

ROOT = Path(settings.PROJECT_DIR)
README = (ROOT / "README.md").read_text(encoding="utf-8")
EXAMPLE = (ROOT / ".env.example").read_text(encoding="utf-8")
# Not for people: set by the server itself, or by make.
OWN = {"BANDSTAND_DATABASE_POOL"}


def readme():
    spec = importlib.util.spec_from_file_location("readme", ROOT / "build" / "readme.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def named_by_the_code() -> set[str]:
    files = [path for folder in ("apps", "config") for path in (ROOT / folder).rglob("*.py")]
    text = "\n".join(path.read_text(encoding="utf-8") for path in files)
    return set(re.findall(r"read_(?:str|int|bool|list|origins|secret)\(\s*\"([A-Z][A-Z0-9_]+)\"", text))


def test_every_variable_that_the_code_reads_is_in_the_example_with_a_word_about_it():
    listed = {name: remark for _, name, _, remark in readme().variables(EXAMPLE)}
    assert named_by_the_code() - set(listed) - OWN == set()
    assert [name for name, remark in listed.items() if not remark] == []


def test_the_table_of_the_readme_is_that_of_the_example():
    assert readme().renewed(README, EXAMPLE) == README, "run `make readme`"


def test_what_the_readme_links_to_is_there():
    places = re.findall(r"\]\((?!https?:)([^)#]+)", README) + re.findall(r'src="(?!https?:)([^"]+)"', README)
    assert len(places) > 10
    assert [place for place in places if not (ROOT / place).exists()] == []


def test_pictures_in_the_readme_are_small():
    pictures = list((ROOT / "docs" / "pictures").iterdir())
    assert pictures
    assert [path.name for path in pictures if path.stat().st_size > 150 * 1024] == []


def test_the_commands_that_the_readme_names_exist():
    named = set(re.findall(r"manage\.py ([a-z]+)", README))
    assert named
    assert named - set(get_commands()) == set()
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    assert (
        set(re.findall(r"`make ([a-z]+)", README)) | set(re.findall(r"^make ([a-z]+)", README, re.MULTILINE)) <= targets
    )


def test_trouble_is_told_for_every_line_of_the_doctor():
    lines = {name for name, _ in Command()._own_checks()} | set(health._checks)
    told = set(re.findall(r"^\| `([a-z ]+)` \|", README.partition("## When something is wrong")[2], re.MULTILINE))
    assert lines - told == set()
