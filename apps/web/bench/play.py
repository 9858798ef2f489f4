"""From the press of a button until something plays: the first time, again, and after somebody has pointed at it."""

import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from django.conf import settings
from django.utils import timezone

from apps.catalog.models import Item
from apps.core.bench import Figure
from apps.core.embedded import binaries
from apps.streaming.bench.workers import crew, publish

_SCRIPT = Path(__file__).with_name("play.mjs")
_BUDGETS_MS = {"first": 200, "again": 50, "pointed": 100}
_NAMES = {"first": "first play", "again": "the same again", "pointed": "first play after pointing at it"}
_PICTURES = ["-f", "lavfi", "-i", "testsrc2=s=640x360:r=25:d=24"]
_SOUND = ["-f", "lavfi", "-i", "sine=330:d=24:r=48000"]
_SOURCES = {
    "film": ("mp4", [*_PICTURES, *_SOUND, "-c:v", "libx264", "-preset", "ultrafast", "-g", "50", "-c:a", "aac"]),
    "song": ("mp3", [*_SOUND, "-c:a", "libmp3lame"]),
}


def starts(folder: Path, address: str) -> Iterator[Figure]:
    """Each is the median of what a fresh browser profile needed, in milliseconds from the press to `playing`."""
    for name in _SOURCES:
        item = _published(folder, name)
        measured = _measure(address + item.get_absolute_url())
        for kind, budget in _BUDGETS_MS.items():
            took = median(measured[kind])
            yield Figure(f"{name}: {_NAMES[kind]}", took, "ms", budget=f"≤ {budget} ms", holds=took <= budget)


def _published(folder: Path, name: str) -> Item:
    ending, recipe = _SOURCES[name]
    source = folder / f"{name}.{ending}"
    subprocess.run([str(binaries.ffmpeg()), "-loglevel", "error", "-nostdin", *recipe, str(source)], check=True)
    with crew([frozenset(os.sched_getaffinity(0))]):
        publish(source)
    item = Item.objects.get(title=name)
    Item.objects.filter(pk=item.pk).update(published_at=timezone.now())
    return item


def _measure(page: str) -> dict[str, list[float]]:
    """What the script prints: the times of each kind."""
    line = [str(binaries.node()), str(_SCRIPT), page]
    done = subprocess.run(line, cwd=settings.PROJECT_DIR, check=True, stdout=subprocess.PIPE, text=True, timeout=150)
    return dict(json.loads(done.stdout))
