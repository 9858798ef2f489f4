from typing import Any

from django.core.management.base import BaseCommand

from apps.core.keys import new_key_line


class Command(BaseCommand):
    help = "Prints a new line for BANDSTAND_ENCRYPTION_KEYS. Put it in front of the others, then run rotatekeys."
    requires_system_checks = ()

    def handle(self, **_: Any) -> None:
        self.stdout.write(new_key_line())
