"""Measures each figure beside what it is compared with."""

import json
import os
import subprocess
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from apps.core import bench
from apps.core.embedded import temporary
from apps.core.keys import new_key_line

_ELSEWHERE = ("DATABASE_URL", "POSTGRES_HOST", "REDIS_URL", "REDIS_HOST", "REDIS_CACHE_URL")


class Command(BaseCommand):
    help = "Measure the groups named (default: all) on servers of their own; writes bench.json below the data folder."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("groups", nargs="*", metavar="GROUP", help=", ".join(bench.groups()))
        parser.add_argument(
            "--here", action="store_true", help="on the servers of the environment: they are written to"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        groups = options["groups"] or bench.groups()
        if unknown := sorted(set(groups) - set(bench.groups())):
            raise CommandError(f"There is no group {', '.join(unknown)}; there are {', '.join(bench.groups())}.")
        if options["here"]:
            self._measure(groups)
            return
        rows = self._measure_apart(groups)
        target = Path(settings.DATA_DIR) / "bench.json"
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(json.dumps(rows, indent=2) + "\n")
        self.stdout.write(table(rows))
        if any(row["holds"] is False for row in rows):
            raise CommandError("A budget does not hold.")

    def _measure(self, groups: list[str]) -> None:
        for group in groups:
            for figure in bench.measure(group):
                self.stdout.write(json.dumps(figure.row(group)))

    def _measure_apart(self, groups: list[str]) -> list[dict[str, Any]]:
        """In a process of its own, with the servers as the site runs them and an empty database."""
        manage = [sys.executable, str(Path(settings.PROJECT_DIR) / "manage.py")]
        with temporary.servers(durable=True, max_connections="300") as folder:
            environment = {name: value for name, value in os.environ.items() if name not in _ELSEWHERE}
            environment |= {"BANDSTAND_DATA": str(folder), "BANDSTAND_SECRET_KEY": "measured " * 8}
            environment["BANDSTAND_ENCRYPTION_KEYS"] = new_key_line()
            environment |= {"POSTGRES_HOST": str(folder / "run"), "POSTGRES_DB": "postgres"}
            subprocess.run([*manage, "migrate", "--verbosity=0"], env=environment, check=True)
            done = subprocess.run(
                [*manage, "bench", "--here", *groups], env=environment, check=True, stdout=subprocess.PIPE, text=True
            )
        return [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]


def table(rows: list[dict[str, Any]]) -> str:
    """The figures as text, one line each."""
    marks = {True: "✓", False: "✗", None: " "}
    lines = [
        f"{marks[row['holds']]} {row['group']:<10} {row['name']:<58} {row['value']:>10.2f} {row['unit']:<8}"
        + (f" {row['ratio']:>7.2f} × {row['baseline']:.2f}" if row["baseline"] else "")
        + (f"   budget {row['budget']}" if row["budget"] else "")
        for row in rows
    ]
    return "\n".join(lines)
