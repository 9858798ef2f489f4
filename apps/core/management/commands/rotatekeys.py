"""Encrypts again, with the newest key, whatever older keys have encrypted."""

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db.models import Model, TextField
from django.db.models.functions import Cast

from apps.core.encryption import EncryptedTextField, Undecryptable, decrypt, needs_rotation


def encrypted_fields() -> Iterator[tuple[type[Model], EncryptedTextField]]:
    for model in apps.get_models():
        for field in model._meta.local_fields:  # noqa: SLF001
            if isinstance(field, EncryptedTextField):
                yield model, field


def rotate(model: type[Model], field: EncryptedTextField, batch: int) -> int:
    """Row by row: each is written only if it is still what was read, so that the site may run meanwhile."""
    rows = model._base_manager.annotate(sealed_text=Cast(field.attname, TextField()))  # noqa: SLF001
    old = rows.exclude(sealed_text=None).exclude(sealed_text="").order_by("pk").values_list("pk", "sealed_text")
    rotated = 0
    for pk, sealed in old.iterator(chunk_size=batch):
        if needs_rotation(sealed):
            plain = decrypt(sealed, purpose=field.purpose)
            rotated += rows.filter(pk=pk, sealed_text=sealed).update(**{field.attname: plain})
    return rotated


class Command(BaseCommand):
    help = "Encrypts stored secrets again with the newest of BANDSTAND_ENCRYPTION_KEYS; the older keys can go then."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--batch", type=int, default=500, help="How many rows are read at once.")

    def handle(self, *, batch: int, **_: Any) -> None:
        for model, field in encrypted_fields():
            try:
                count = rotate(model, field, batch)
            except Undecryptable as error:
                raise CommandError(f"{model._meta.label}.{field.name}: {error}") from error  # noqa: SLF001
            self.stdout.write(f"{model._meta.label}.{field.name}: {count} encrypted again")  # noqa: SLF001
