"""The master playlist, from rows alone."""

import re

from apps.streaming.enums import RenditionKind
from apps.streaming.master import master_of
from apps.streaming.models import Rendition


def pictures() -> Rendition:
    return Rendition(kind=RenditionKind.VIDEO, name="v360", codecs="avc1.64001e", bandwidth=600_000, cap_kbps=600)


def sound(name: str, title: str = "", *, kbps: int = 128, main: bool = False) -> Rendition:
    fields = {"name": name, "title": title, "cap_kbps": kbps, "bandwidth": kbps * 1000, "main": main}
    return Rendition(kind=RenditionKind.AUDIO, codecs="mp4a.40.2", channels=2, **fields)


def text(name: str, title: str) -> Rendition:
    return Rendition(kind=RenditionKind.TEXT, name=name, title=title)


def names(master: str, group: str) -> list[str]:
    return re.findall(rf'GROUP-ID="{group}",NAME="([^"]*)"', master)


def test_tracks_of_a_group_have_different_names_whatever_they_are_called():
    tracks = [sound("a128", "Same", main=True), sound("a128t2", "Same"), sound("a128t3", 'Sa"me'), sound("a128t4")]
    rows = [pictures(), *tracks, sound("a128t5"), text("t1", "Same"), text("t2", "Same")]
    master = master_of(rows)
    assert names(master, "audio") == ["Same", "Same (2)", "Same (3)", "Sound", "Sound (2)"]
    assert names(master, "text") == ["Same", "Same (2)"]


def test_every_rate_of_music_calls_its_tracks_alike():
    rates = (64, 128)
    rows = [sound(f"a{kbps}", "Same", kbps=kbps, main=True) for kbps in rates]
    rows += [sound(f"a{kbps}t2", "Same", kbps=kbps) for kbps in rates]
    assert names(master_of(rows), "audio64") == names(master_of(rows), "audio128") == ["Same", "Same (2)"]


def test_the_tenth_track_stands_after_the_second():
    rows = [pictures(), sound("a128", main=True), sound("a128t10", "tenth"), sound("a128t2", "second")]
    assert names(master_of(rows), "audio") == ["Sound", "second", "tenth"]
