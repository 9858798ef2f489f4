from apps.streaming.cuts import cut_master, cut_media, segment_number
from apps.streaming.encode.parts import Segment
from apps.streaming.playlists import media_playlist

SEGMENTS = [Segment(f"seg_{number:05}.m4s", number * 4000, 0, 4000, 10, 100) for number in range(1, 6)]
WHOLE = media_playlist(SEGMENTS, 1000, longest=4)
MASTER = """#EXTM3U
#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="audio",URI="a1/playlist.m3u8"
#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID="text",URI="t1/playlist.m3u8"
#EXT-X-STREAM-INF:BANDWIDTH=1,AUDIO="audio",SUBTITLES="text"
v360/playlist.m3u8
#EXT-X-STREAM-INF:BANDWIDTH=2,SUBTITLES="text",AUDIO="audio"
v1080/playlist.m3u8
"""
GROWING = media_playlist(SEGMENTS, 1000, longest=4, complete=False)


def named(playlist: str) -> list[str]:
    return [line for line in playlist.splitlines() if line and not line.startswith("#")]


def test_the_first_segments_are_left_and_then_it_ends():
    cut = cut_media(WHOLE, 2)
    assert named(cut) == ["seg_00001.m4s", "seg_00002.m4s"]
    assert cut.count("#EXTINF") == 2
    assert cut.endswith("seg_00002.m4s\n#EXT-X-ENDLIST\n")
    assert '#EXT-X-MAP:URI="init.mp4"' in cut


def test_what_is_shorter_than_the_preview_stays_whole():
    assert cut_media(WHOLE, 5) == WHOLE
    assert cut_media(WHOLE, 99) == WHOLE


def test_what_grows_ends_as_soon_as_it_has_grown_so_far():
    assert cut_media(GROWING, 9) == GROWING
    for count in (2, 5):
        cut = cut_media(GROWING, count)
        assert len(named(cut)) == count
        assert ("#EXT-X-PLAYLIST-TYPE:VOD" in cut, cut.endswith("#EXT-X-ENDLIST\n")) == (True, True)


def test_a_master_leaves_out_renditions_and_texts():
    assert cut_master(MASTER, without=(), with_texts=True) == MASTER
    assert named(cut_master(MASTER, without={"v1080"}, with_texts=True)) == ["v360/playlist.m3u8"]
    without_texts = cut_master(MASTER, without=(), with_texts=False)
    assert "SUBTITLES" not in without_texts
    assert named(without_texts) == ["v360/playlist.m3u8", "v1080/playlist.m3u8"]
    assert without_texts.count('AUDIO="audio"') == 2


def test_segments_have_numbers_and_nothing_else_has():
    assert [segment_number(name) for name in ("seg_00012.m4s", "init.mp4", "playlist.m3u8")] == [12, None, None]
