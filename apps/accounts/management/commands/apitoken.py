"""`manage.py apitoken USERNAME [--scope …]`: prints a personal token and nothing else."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from apps.accounts.enums import USUAL_SCOPES
from apps.accounts.models import User
from apps.accounts.services.tokens import create_token
from apps.core.errors import Invalid


class Command(BaseCommand):
    help = "Makes a personal token for a person and prints it, once."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username")
        parser.add_argument(
            "--scope",
            action="append",
            dest="scopes",
            help=f"What it may do; may be repeated. Without it: {', '.join(USUAL_SCOPES)}.",
        )
        parser.add_argument("--name", default="Command line", help="What the person's token list calls it.")

    def handle(self, *args: Any, **options: Any) -> None:
        person = User.objects.filter(username__iexact=options["username"], is_active=True).first()
        if person is None:
            raise CommandError(f"There is no active person with the user name {options['username']}.")
        try:
            _, secret = create_token(owner=person, name=options["name"], scopes=options["scopes"] or USUAL_SCOPES)
        except Invalid as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(secret)
