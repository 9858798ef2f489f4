"""`manage.py stub NAME`: a stand-in for an outside service, to try things out by hand. They come with the tests."""

from argparse import REMAINDER, ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.module_loading import import_string

STUBS = ("google", "github", "oidc", "patreon", "kofi")


class Command(BaseCommand):
    help = "Starts a stand-in for an outside service on loopback, and says what to put into .env."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", choices=STUBS)
        parser.add_argument("arguments", nargs=REMAINDER, help="What the stand-in itself takes, as --port 8452.")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            serve = import_string(f"tests.stubs.{options['name']}.main")
        except ImportError as missing:
            raise CommandError("The stand-ins come with the tests, which are not installed here.") from missing
        serve(options["arguments"])
