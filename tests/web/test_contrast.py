"""WCAG 2.2 AA for the pairs of colours that pages put on each other, read from the theme itself."""

import re
from pathlib import Path

import pytest
from django.conf import settings

CSS = (Path(settings.PROJECT_DIR) / "static" / "web" / "css" / "themes.css").read_text(encoding="utf-8")
TEXT, LARGE = 4.5, 3.0
PAIRS = [
    ("base-content", "base-100", TEXT),
    ("base-content", "base-200", TEXT),
    ("base-content", "base-300", TEXT),
    ("muted", "base-100", TEXT),
    ("muted", "base-200", TEXT),
    ("brass", "base-100", TEXT),
    ("brass", "base-200", TEXT),
    ("primary-content", "primary", TEXT),
    ("secondary-content", "secondary", TEXT),
    ("accent-content", "accent", TEXT),
    ("neutral-content", "neutral", TEXT),
    *((f"{tone}-content", tone, TEXT) for tone in ("info", "success", "warning", "error")),
    *((tone, ground, TEXT) for tone in ("info", "success", "warning", "error") for ground in ("base-100", "base-200")),
]


def theme(name: str) -> dict[str, str]:
    block = re.search(rf'name: "{name}";(.*?)\n}}', CSS, re.DOTALL)[1]
    return dict(re.findall(r"--color-([a-z0-9-]+): (#[0-9a-f]{6});", block))


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("name", ["paper", "ink"])
def test_every_pair_of_text_and_ground_can_be_read(name):
    colours = theme(name)
    poor = []
    for text, ground, needed in PAIRS:
        bright, dark = sorted((luminance(colours[text]), luminance(colours[ground])), reverse=True)
        ratio = (bright + 0.05) / (dark + 0.05)
        if ratio < needed:
            poor.append(f"{text} on {ground}: {ratio:.2f}")
    assert poor == []
