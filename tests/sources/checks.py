"""What must hold for every published stream, whatever its source was."""

from array import array
from fractions import Fraction
from itertools import accumulate, pairwise
from math import ceil

from tests.sources.patterns import WHITE, grey_of
from tests.sources.stranger import Master, Published

_IDR = 5  # the NAL unit type of H.264
_NEAR = 20 / 1000  # what eyes and ears take for the same moment


def check_published(master: Master, rate: Fraction | None) -> None:
    """All renditions by their bytes, then what the master says of them."""
    for published in (*master.pictures, *master.sounds):
        check_playlist(published)
        check_times(published)
    for published in master.pictures:
        check_pictures(published, rate)
    check_alike(master.pictures)
    check_master(master, rate)


def check_playlist(published: Published) -> None:
    """A complete list of the segments that are there, in their order and none besides."""
    text = published.text
    assert text.startswith("#EXTM3U\n")
    assert text.endswith("#EXT-X-ENDLIST\n")
    assert published.tag("PLAYLIST-TYPE") == "VOD"
    assert published.tag("MEDIA-SEQUENCE") == "1"
    assert published.names == sorted(path.name for path in published.folder.glob("seg_*.m4s"))
    assert published.names[0] == "seg_00001.m4s"
    # RFC 8216, 4.3.3.1: rounded to the nearest whole second, no segment is longer.
    target = int(published.tag("TARGETDURATION"))
    assert all(round(length) <= target for length in published.lengths)


def check_times(published: Published) -> None:
    """From 0 on without a gap, and each segment as long as the playlist says."""
    in_order = sorted(published.packets, key=lambda packet: packet.shown)
    assert in_order[0].shown == 0
    for before, after in pairwise(in_order):
        assert after.shown == before.shown + before.lasts, f"{published.name} at {float(after.shown)}"
    starts = list(accumulate(published.lengths, initial=0.0))
    for number, length in enumerate(published.lengths):
        held = published.of_segment(number)
        assert abs(float(sum(packet.lasts for packet in held)) - length) < 1e-5
        assert abs(float(min(packet.shown for packet in held)) - starts[number]) < 1e-5 * (number + 1)
    assert sum(len(published.of_segment(number)) for number in range(len(published.names))) == len(in_order)


def check_pictures(published: Published, rate: Fraction) -> None:
    """Every segment can be begun with: its first picture needs none before it."""
    assert {packet.lasts for packet in published.packets} == {1 / rate}
    stream = published.stream
    assert (stream["pix_fmt"], stream.get("color_range", "tv")) == ("yuv420p", "tv")
    assert stream.get("sample_aspect_ratio", "1:1") == "1:1"
    assert stream.get("color_transfer") not in {"smpte2084", "arib-std-b67"}
    for number in range(len(published.names)):
        first = published.of_segment(number)[0]
        assert first.key
        assert first.shown == min(packet.shown for packet in published.of_segment(number))
        if published.stream["codec_name"] == "h264":
            assert _IDR in nal_units(published.joined[first.at : first.at + first.size])


def nal_units(sample: bytes) -> set[int]:
    """The kinds of units in a sample, each of which has its length of four bytes before it."""
    kinds, at = set(), 0
    while at + 4 < len(sample):
        kinds.add(sample[at + 4] & 0x1F)
        at += 4 + int.from_bytes(sample[at : at + 4], "big")
    assert at == len(sample)
    return kinds


def check_alike(pictures: list[Published]) -> None:
    """All rungs are cut at the same frames, so that a player may change between any two segments."""
    cuts = {tuple(len(one.of_segment(number)) for number in range(len(one.names))) for one in pictures}
    assert len(cuts) <= 1
    assert len({tuple(one.lengths) for one in pictures}) <= 1


def check_master(master: Master, rate: Fraction | None) -> None:
    """Codecs, sizes and bandwidths are those of the bytes."""
    sounds = {published.name: published for published in master.sounds}
    for published in (*master.pictures, *master.sounds):
        marks = master.variants.get(published.name)
        if marks is None:
            continue
        beside = [] if published.name in sounds else [sounds[n] for n, m in master.media.items() if n in sounds]
        others = [sounds[name] for name in master.media if name in sounds] if "AUDIO" in marks else []
        assert set(marks["CODECS"].split(",")) == {codec_of(one) for one in (published, *others)}
        assert int(marks["BANDWIDTH"]) == peak(published) + max(map(peak, beside), default=0)
        assert int(marks["AVERAGE-BANDWIDTH"]) == mean(published) + max(map(mean, beside), default=0)
        if published in master.pictures:
            assert marks["RESOLUTION"] == f"{published.stream['width']}x{published.stream['height']}"
            assert marks["FRAME-RATE"] == f"{float(rate):.3f}"
    for name, published in sounds.items():
        if name in master.media:
            assert master.media[name]["CHANNELS"] == str(published.stream["channels"])
    assert "EXT-X-START" not in master.text


def codec_of(published: Published) -> str:
    """RFC 6381, from the bytes of the initialisation segment."""
    if published.stream["codec_name"] == "h264":
        at = published.init.index(b"avcC") + 5
        return f"avc1.{published.init[at : at + 3].hex().upper()}"
    assert (published.stream["codec_name"], published.stream["profile"]) == ("aac", "LC")
    return "mp4a.40.2"


def mean(published: Published) -> int:
    return ceil(sum(map(len, published.pieces)) * 8 / ticks(published, 0, len(published.pieces)))


def peak(published: Published) -> int:
    """RFC 8216, 4.3.4.2: of all runs of segments between half and one and a half target durations."""
    target, number = int(published.tag("TARGETDURATION")), len(published.pieces)
    rates = [mean(published)]
    for first in range(number):
        for end in range(first + 1, number + 1):
            lasts = ticks(published, first, end)
            if lasts > target * Fraction(3, 2):
                break
            if lasts >= Fraction(target, 2):
                rates.append(ceil(sum(map(len, published.pieces[first:end])) * 8 / lasts))
    return max(rates)


def ticks(published: Published, first: int, end: int) -> Fraction:
    """How long segments last, in seconds, exactly."""
    return sum(packet.lasts for number in range(first, end) for packet in published.of_segment(number))


def check_tells_time(brightness: bytes, rate: Fraction) -> None:
    """Each picture is the one that belongs there: none is missing, doubled or out of its turn."""
    wrong = [n for n, found in enumerate(brightness) if abs(found - grey_of(n, rate)) > 3]
    assert not wrong, [(n, brightness[n], grey_of(n, rate)) for n in wrong[:8]]


def flashes(brightness: bytes, rate: Fraction) -> list[float]:
    """When the white pictures are shown, in seconds."""
    return [
        float(n / rate)
        for n, found in enumerate(brightness)
        if found > WHITE - 20 and (not n or brightness[n - 1] < WHITE - 20)
    ]


def onsets(sound: bytes) -> list[float]:
    """When beeps begin: where it becomes loud after a third of a second of quiet."""
    found, quiet_since = [], -48_000
    for number, value in enumerate(array("h", sound)):
        if abs(value) > 8000:
            if number - quiet_since > 16_000:
                found.append(number / 48_000)
            quiet_since = number
    return found


def check_synchronous(shown: list[float], heard: list[float], rate: Fraction) -> None:
    """Each beep comes with its flash, which in the source is the first picture of the second that begins with the beep."""
    assert heard
    # What encoders make of the first moment of sound is not heard.
    shown = [flash for flash in shown if flash > 0 and min(heard) - 0.4 < flash < max(heard) + 0.4]
    assert shown
    for flash in shown:
        late = flash % 1 if rate.denominator != 1 else 0  # seconds do not begin with a frame at such rates
        beep = min(heard, key=lambda beep: abs(beep - flash + late))
        assert abs(beep - flash + late) <= _NEAR, (flash, beep)
