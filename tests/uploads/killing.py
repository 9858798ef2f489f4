"""Uploads by real clients to the real server, both of which are killed again and again."""

import random
import struct
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

from django.db.models import Sum

from apps.accounts.services.tokens import create_token
from apps.media.models import Asset, Upload
from apps.media.services.identify import hash_file
from tests.browser.driver import NODE
from tests.serving import ROOT, Site

HERE = Path(__file__).resolve().parent
MIB = 1 << 20


def sparse_sound(path: Path, size_bytes: int, seed: int) -> Path:
    """Silence as WAV, mostly holes on the disk; a few bytes of noise in each MiB tell its places apart."""
    noise = random.Random(seed)
    with path.open("wb") as raw:
        raw.write(_wav_header(size_bytes - 44))
        raw.truncate(size_bytes)
        for at in range(MIB, size_bytes - MIB, MIB):
            raw.seek(at + noise.randrange(MIB // 2))
            raw.write(noise.randbytes(16))
    return path


def _wav_header(sound_bytes: int) -> bytes:
    """Two channels of 16 bits at 48 kHz."""
    riff = struct.pack("<4sI4s", b"RIFF", sound_bytes + 36, b"WAVE")
    return riff + struct.pack("<4sIHHIIHH4sI", b"fmt ", 16, 1, 2, 48000, 192000, 4, 16, b"data", sound_bytes)


@dataclass
class Client:
    """How one client is called. `parallel` is how many parts it sends side by side."""

    name: str
    piece: int
    parallel: int = 1

    def line(self, site: Site, token: str, file: Path, state: Path) -> list[str]:
        told = [f"{site.url}/api/v1/uploads/", token, str(file), str(state), str(self.piece)]
        if self.name == "tuspy":
            return [sys.executable, "-m", "tests.uploads.tuspy_client", *told]
        return [str(NODE), str(HERE / "tusjs_client.mjs"), *told, str(self.parallel)]


@dataclass
class Report:
    server_kills: int = 0
    client_kills: int = 0
    uploads: int = 0
    seconds: float = 0.0
    said: list[str] = field(default_factory=list)


def upload(site: Site, owner, file: Path, client: Client, *, kills: int, seed: int, folder: Path) -> Report:
    """Sends the file while `kills` times the server or the client is killed, and until the client is content."""
    chance, report, began = random.Random(seed), Report(), time.monotonic()
    places = sorted(chance.randrange(file.stat().st_size * 4 // 5) for _ in range(kills))
    _, token = create_token(owner=owner, name=client.name, scopes=["upload"])
    state = folder / f"{client.name}{client.parallel}.json"
    log = folder / "client.log"
    process = None
    try:
        while True:
            with log.open("ab") as said:
                line = client.line(site, token, file, state)
                process = process or subprocess.Popen(line, cwd=ROOT, stdout=said, stderr=said)
            done = report.server_kills + report.client_kills
            if done < kills and _comes_to(places[done], process):
                time.sleep(chance.uniform(0, 0.1))  # somewhere in the next piece
                process = _kill_one(site, process, chance, report)
                continue
            status = process.wait(timeout=600)
            assert status == 0, log.read_text()[-3000:]
            break
    finally:
        if process and process.poll() is None:
            process.kill()
            process.wait()
    report.uploads = Upload.objects.filter(owner=owner, whole=None).count()
    report.seconds = time.monotonic() - began
    report.said = sorted(set(log.read_text().splitlines()))
    return report


def _comes_to(place: int, process: subprocess.Popen) -> bool:
    """Waits until so many bytes are there; False if the client ends before."""
    while process.poll() is None:
        if (Upload.objects.aggregate(n=Sum("offset"))["n"] or 0) >= place:
            return True
        time.sleep(0.02)
    return False


def _kill_one(site: Site, process: subprocess.Popen, chance: random.Random, report: Report) -> subprocess.Popen | None:
    if chance.random() < 0.5:
        report.client_kills += 1
        process.kill()
        process.wait()
        return None
    report.server_kills += 1
    site.kill()
    site.start()
    return process


def arrived(file: Path) -> bool:
    """Whether the newest asset has exactly the bytes of the file."""
    asset = Asset.objects.latest("created_at")
    return _sum(asset.file) == _sum(file)


def _sum(path: Path) -> str:
    return hash_file(path, tell=lambda _: None)
