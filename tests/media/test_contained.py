"""Whatever a file says, FFmpeg opens nothing but that file, within bounds."""

import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import suppress

import pytest

from apps.media.errors import MediaRefused, ProgramFailed, ProgramKilled
from apps.media.ffmpeg.commands import line, output, source
from apps.media.ffmpeg.run import capture, run
from apps.media.services.examine import examine_file
from tests import clips


@pytest.fixture
def listener() -> Iterator[tuple[str, list[bytes]]]:
    """An address on the loopback at which nobody may ever call, and what was asked there."""
    asked: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.05)
        over = threading.Event()

        def answer() -> None:
            while not over.is_set():
                try:
                    caller, _ = server.accept()
                except TimeoutError:
                    continue
                with caller:
                    caller.settimeout(1)
                    asked.append(caller.recv(200))

        thread = threading.Thread(target=answer)
        thread.start()
        yield f"127.0.0.1:{server.getsockname()[1]}", asked
        over.set()
        thread.join()


def box(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I4s", 8 + len(content), kind) + content


def alias(address: str) -> bytes:
    """What a Macintosh writes to find a file again; of all that it knows the absolute path alone is given here."""
    path = address.encode()
    path += bytes(len(path) % 2)
    return bytes(10 + 28 + 12 + 64 + 16 + 4 + 16) + struct.pack(">HH", 2, len(path)) + path + b"\xff\xff\0\0"


def pointing_elsewhere(reference: bytes) -> bytes:
    """A QuickTime film whose samples lie in another file, as its data reference says."""
    film = clips.clip("silent").read_bytes()
    own = box(b"url ", b"\0\0\0\1")
    at = film.index(own)
    away = reference
    grown = bytearray(film[:at] + away + film[at + len(own) :])
    for kind in (b"moov", b"trak", b"mdia", b"minf", b"dinf", b"dref"):  # each holds the next one
        place = grown.index(kind) - 4
        size = struct.unpack_from(">I", grown, place)[0] + len(away) - len(own)
        struct.pack_into(">I", grown, place, size)
    return bytes(grown)


def texts(address: str) -> dict[str, bytes]:
    """Formats that name other files."""
    return {
        "film.m3u8": f"#EXTM3U\n#EXT-X-TARGETDURATION:4\n#EXTINF:4,\n{address}\n#EXT-X-ENDLIST\n".encode(),
        "hls.mp4": f"#EXTM3U\n#EXT-X-MEDIA-SEQUENCE:0\n#EXTINF:4,\n{address}\n#EXT-X-ENDLIST\n".encode(),
        "hls.mkv": f'#EXTM3U\n#EXT-X-KEY:METHOD=AES-128,URI="{address}"\n#EXTINF:4,\na.ts\n'.encode(),
        "film.mpd": (
            f'<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static"><Period><AdaptationSet>'
            f'<Representation id="1" mimeType="video/mp4" codecs="avc1"><BaseURL>{address}</BaseURL></Representation>'
            f"</AdaptationSet></Period></MPD>"
        ).encode(),
        "list.mp4": f"ffconcat version 1.0\nfile '{address}'\n".encode(),
        "film.sdp": f"v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nm=video {address[-5:]} RTP/AVP 96\n".encode(),
        "film.asx": f'<asx version="3.0"><entry><ref href="{address}"/></entry></asx>'.encode(),
        "film.svg": f'<svg xmlns="http://www.w3.org/2000/svg"><image href="{address}" width="9" height="9"/></svg>'.encode(),
        "film.idx": f"# VobSub index file, v7\nid: {address}, index: 0\n".encode(),
        "film.rtsp": f"[Reference]\nRef1={address}\n".encode(),
    }


@pytest.fixture
def addresses(listener, tmp_path) -> Iterator[list[str]]:
    """What files might want to open: on the network and on this disk. Nobody may ever call."""
    host, asked = listener
    secret = tmp_path / "secret.mp4"
    secret.write_bytes(clips.clip("short").read_bytes())
    yield [f"http://{host}/film.mp4", f"tcp://{host}", secret.name, f"file:{secret}", str(secret), "/etc/passwd"]
    assert asked == []


@pytest.mark.parametrize("name", list(texts("")))
def test_a_text_that_names_another_file_opens_nothing(name, addresses, tmp_path):
    """Neither when it is probed nor where nobody has asked what it is."""
    for address in addresses:
        path = tmp_path / name
        path.write_bytes(texts(address)[name])
        with pytest.raises(MediaRefused):
            examine_file(path)
        with pytest.raises(ProgramFailed):
            run(line(output([source(path)["0"]], str(tmp_path / "out.mkv"), c="copy")), wall_s=30)


@pytest.mark.parametrize("kind", ["url", "alis"])
def test_a_film_whose_samples_lie_elsewhere_opens_nothing(kind, addresses, tmp_path):
    """It is refused, or played from its own bytes: 128 pixels wide, where the other film has 320."""
    for address in addresses:
        path = tmp_path / "moved.mov"
        content = b"\0\0\0\0" + (alias(address) if kind == "alis" else address.encode() + b"\0")
        path.write_bytes(pointing_elsewhere(box(kind.ljust(4).encode(), content)))
        with suppress(MediaRefused):
            assert examine_file(path).video.width == 128


def test_pictures_that_become_too_large_on_the_way_are_not_decoded(tmp_path, settings):
    """The header tells of 128 × 72; what comes later is larger than what is taken."""
    small, large = tmp_path / "small.ts", tmp_path / "large.ts"
    fast = ["-c:v", "libx264", "-preset", "ultrafast"]
    clips.ffmpeg("-f", "lavfi", "-i", "testsrc2=s=128x72:r=25:d=3", *fast, small)
    clips.ffmpeg("-f", "lavfi", "-i", "testsrc2=s=640x360:r=25:d=1", *fast, "-output_ts_offset", 3, large)
    both = tmp_path / "both.ts"
    both.write_bytes(small.read_bytes() + large.read_bytes())
    settings.MEDIA_LIMITS = {"max_pixels": 256 * 144}
    assert examine_file(both).video.width == 128
    answer, said = capture(line(output([source(both)["0"]], "pipe:1", format="framecrc"), progress=False), wall_s=60)
    sizes = {int(row.split(b",")[4]) for row in answer.splitlines() if row[:1].isdigit()}
    assert sizes == {128 * 72 * 3 // 2}
    assert "Picture size" in said


def test_a_length_that_no_header_tells_is_bounded_too(tmp_path, settings):
    path = tmp_path / "streamed.mkv"
    path.write_bytes(clips.ffmpeg_output("-i", clips.clip("short"), "-c", "copy", "-f", "matroska", "pipe:1"))
    settings.MEDIA_LIMITS = {"max_duration_s": 2}
    with pytest.raises(MediaRefused) as caught:
        examine_file(path)
    assert caught.value.code == "too_long"


def test_a_program_that_takes_too_much_memory_ends(settings):
    settings.MEDIA_LIMITS = {"memory_bytes": 256 << 20}
    greedy = "import time; time.sleep(0.5); bytearray(1 << 30)"
    with pytest.raises((ProgramFailed, ProgramKilled)) as caught:
        capture(["python3", "-c", greedy], wall_s=30)
    assert "MemoryError" in caught.value.stderr


def test_a_program_runs_with_low_priority_and_leaves_no_core():
    answer, _ = capture(["sh", "-c", "sleep 0.5; nice; ulimit -c; ulimit -v"], wall_s=30)
    nice, core, memory = answer.split()
    assert (int(nice), core, int(memory)) == (10, b"0", 8 << 20)


def test_decoders_that_nobody_needs_are_not_used(tmp_path):
    """ZMBV is a codec of screen recorders that FFmpeg knows, and that is not on the list."""
    path = tmp_path / "screen.avi"
    clips.ffmpeg("-f", "lavfi", "-i", "testsrc2=s=128x72:r=10:d=2", "-c:v", "zmbv", path)
    with pytest.raises(MediaRefused) as refused:
        examine_file(path)
    assert refused.value.message.endswith(".")
    command = line(output([source(path)["0"]], "-", format="null"), progress=False)
    with pytest.raises(ProgramFailed) as failed:
        capture(command, wall_s=20)
    assert "not on whitelist" in failed.value.stderr
