"""The README's table of settings, written from .env.example: `make readme`. A test holds the two together."""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BEGIN, END = "<!-- settings: made by `make readme` from .env.example -->", "<!-- end of settings -->"
_SECTION = re.compile(r"# ── (?P<title>.+?) ─+")
_VARIABLE = re.compile(r"# (?P<name>[A-Z][A-Z0-9_]+)=(?P<default>[^\s#]*)\s*(?:# (?P<remark>.+))?")


def variables(text: str) -> Iterator[tuple[str, str, str, str]]:
    """(section, name, default, remark) for each line of the example that sets something."""
    section = ""
    for line in text.splitlines():
        if found := _SECTION.fullmatch(line):
            section = found["title"]
        elif found := _VARIABLE.fullmatch(line):
            yield section, found["name"], found["default"], found["remark"] or ""


def table(text: str) -> str:
    lines, current = [], ""
    for section, name, default, remark in variables(text):
        if section != current:
            current = section
            lines += ["", f"**{section}**", "", "| variable | default | what it does |", "| --- | --- | --- |"]
        shown = f"`{default}`" if default else ""
        lines.append(f"| `{name}` | {shown} | {remark.replace('|', '/').replace('<', '&lt;')} |")
    return "\n".join(lines).strip()


def renewed(readme: str, example: str) -> str:
    """The README with its table written anew."""
    before, _, rest = readme.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n\n{table(example)}\n\n{END}{after}"


if __name__ == "__main__":
    path = ROOT / "README.md"
    new = renewed(path.read_text(encoding="utf-8"), (ROOT / ".env.example").read_text(encoding="utf-8"))
    path.write_text(new, encoding="utf-8")
    sys.stdout.write("README.md has the settings of .env.example.\n")
