"""Sends one file with tuspy and goes on from where it was after being killed: run as a process of its own.

python -m tests.uploads.tuspy_client ENDPOINT TOKEN FILE STATE PIECE_BYTES
"""

import sys
import time
from pathlib import Path

from tusclient.client import TusClient
from tusclient.exceptions import TusCommunicationError, TusUploadFailed


def send(endpoint: str, token: str, file: Path, state: Path, piece: int) -> None:
    """Its own checksum for every piece; the address is kept in `state` as soon as it is known."""
    client = TusClient(endpoint, headers={"Authorization": f"Bearer {token}"})
    while True:
        try:
            url = state.read_text() if state.exists() else None
            options = {"url": url, "chunk_size": piece, "upload_checksum": True, "metadata": {"filename": file.name}}
            uploader = client.uploader(str(file), **options)
            if url is None:
                part = state.with_suffix(".part")
                part.write_text(uploader.create_url())
                part.replace(state)
                continue
            uploader.upload()
            return
        except (TusCommunicationError, TusUploadFailed) as error:
            print(error, flush=True)
            time.sleep(0.1)


if __name__ == "__main__":
    endpoint, token, file, state, piece = sys.argv[1:]
    send(endpoint, token, Path(file), Path(state), int(piece))
