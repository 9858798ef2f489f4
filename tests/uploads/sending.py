"""A plain tus client over Django's test client: every header as the test says."""

import base64
from pathlib import Path

from django.conf import settings
from django.test import Client

from apps.media.tus import PIECE_TYPE

COLLECTION = "/api/v1/uploads/"


def metadata(**values: str | bytes) -> str:
    pairs = ((key, value.encode() if isinstance(value, str) else value) for key, value in values.items())
    return ",".join(f"{key} {base64.b64encode(value).decode()}" for key, value in pairs)


class Sender:
    """Speaks for one person. A header that is None is left out, also the version."""

    def __init__(self, person=None) -> None:
        self.client = Client(raise_request_exception=False)
        if person:
            self.client.force_login(person)

    def ask(self, method: str, address: str = COLLECTION, body: bytes = b"", **headers: object):
        names = {"Tus-Resumable": "1.0.0", **{name.replace("_", "-"): value for name, value in headers.items()}}
        kept = {name: str(value) for name, value in names.items() if value is not None}
        content_type = kept.pop("Content-Type", "application/octet-stream" if body else "")
        sized = {"CONTENT_TYPE": content_type, "CONTENT_LENGTH": str(len(body))}
        return self.client.generic(method, address, body, content_type, headers=kept, **sized)

    def create(self, length: object = None, **headers: object):
        return self.ask("POST", Upload_Length=length, **headers)

    def created(self, length: object = None, **headers: object) -> str:
        answer = self.create(length, **headers)
        assert answer.status_code == 201, answer.content
        return answer["Location"]

    def patch(self, address: str, offset: object, body: bytes, **headers: object):
        return self.ask("PATCH", address, body, **{"Upload_Offset": offset, "Content_Type": PIECE_TYPE, **headers})

    def head(self, address: str):
        return self.ask("HEAD", address)

    def offset(self, address: str) -> int:
        answer = self.head(address)
        assert answer.status_code == 200
        return int(answer["Upload-Offset"])

    def told(self, address: str) -> dict:
        answer = self.ask("GET", address, Tus_Resumable=None)
        assert answer.status_code == 200
        return answer.json()

    def send(self, content: bytes, piece: int = 100_000, **values: str) -> str:
        """Creates an upload, sends all of it in pieces, and returns its address."""
        address = self.created(len(content), Upload_Metadata=metadata(**values))
        for offset in range(0, len(content), piece):
            answer = self.patch(address, offset, content[offset : offset + piece])
            assert answer.status_code == 204, answer.content
        return address


def stored() -> list[Path]:
    """Every file in the media folder."""
    return sorted(path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file())
