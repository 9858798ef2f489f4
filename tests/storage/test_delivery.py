"""What lives in S3 is fetched like what lies on the disk: the same addresses, the same refusals."""

from datetime import timedelta
from urllib.parse import urlsplit

import httpx
import pytest
from django.test import Client

from apps.catalog.access import viewer_of
from apps.catalog.services.edit import edit_item
from apps.media.enums import Place
from apps.media.services.move import move_asset
from apps.streaming.models import Generation, PlaybackSession
from apps.streaming.services.collect_objects import collect_objects
from apps.streaming.services.move import move_generation
from apps.streaming.services.sessions import end_session
from tests.catalog.making import PUBLIC, SIGNED_IN
from tests.jobs.running import run_jobs
from tests.serving import serving
from tests.streaming.making import BESIDE, FILES, SEGMENT, make_full_stream
from tests.streaming.test_gate import body, open_stream

pytestmark = pytest.mark.django_db

SEGMENT_NAME = "v360/seg_00001.m4s"


@pytest.fixture
def stream(s3_known, owner) -> Generation:
    """In S3 alone."""
    made = make_full_stream(owner)
    move_asset(asset=made.item.asset, to=Place.S3)
    move_generation(generation=made, to=Place.S3)
    run_jobs()
    made.refresh_from_db()
    collect_objects(now=made.moved_at + timedelta(hours=2), check=lambda: None)
    assert not made.folder.exists()
    return made


@pytest.fixture
def base(client, stream) -> str:
    return open_stream(client, stream.item)


@pytest.fixture
def redirecting(settings):
    settings.S3_DELIVERY = "redirect"


@pytest.mark.parametrize("method", ["proxy", "redirect"])
def test_a_visitor_gets_every_file(client, base, settings, method):
    settings.S3_DELIVERY = method
    for name, content in {**FILES, **BESIDE}.items():
        answer = client.get(base + name)
        if answer.status_code == 302:
            fetched = httpx.get(answer["Location"])
            found = (fetched.status_code, fetched.content, fetched.headers["content-type"])
        else:
            found = (answer.status_code, body(answer), answer["Content-Type"])
        assert found == (200, content, client.head(base + name)["Content-Type"]), name


def test_ranges_conditions_and_head_are_answered_like_for_files(client, base):
    address = base + SEGMENT_NAME
    answer = client.get(address, headers={"Range": "bytes=10-19"})
    assert (answer.status_code, body(answer), answer["Content-Length"]) == (206, SEGMENT[10:20], "10")
    assert answer["Content-Range"] == f"bytes 10-19/{len(SEGMENT)}"
    assert body(client.get(address, headers={"Range": "bytes=-5"})) == SEGMENT[-5:]
    answer = client.get(address, headers={"Range": f"bytes={len(SEGMENT)}-"})
    assert (answer.status_code, answer["Content-Range"]) == (416, f"bytes */{len(SEGMENT)}")
    assert body(client.get(address, headers={"Range": "bytes=0-1,4-5"})) == SEGMENT
    first = client.get(address)
    assert "immutable" in first["Cache-Control"]
    assert client.get(address, headers={"If-None-Match": first["ETag"]}).status_code == 304
    for condition, status in ((first["ETag"], 206), (first["Last-Modified"], 206), ('"other"', 200)):
        assert client.get(address, headers={"Range": "bytes=0-3", "If-Range": condition}).status_code == status
    answer = client.head(address)
    assert (answer.status_code, answer["Content-Length"], body(answer)) == (200, str(len(SEGMENT)), b"")
    assert client.post(address).status_code == 405


@pytest.mark.usefixtures("redirecting")
def test_segments_are_sent_to_s3_by_an_address_that_is_good_for_minutes(client, base, settings, s3_known):
    answer = client.get(base + SEGMENT_NAME)
    assert (answer.status_code, answer["Cache-Control"]) == (302, "private, no-store")
    fetched = httpx.get(answer["Location"], headers={"Range": "bytes=0-3"})
    assert (fetched.status_code, fetched.content) == (206, SEGMENT[:4])
    assert "immutable" in fetched.headers["cache-control"]
    assert fetched.headers["content-type"] == "video/iso.segment"
    s3_known.clock_ahead = timedelta(seconds=settings.S3_LINK_S + 5)
    assert httpx.get(answer["Location"]).status_code == 403


@pytest.mark.usefixtures("redirecting")
def test_playlists_and_what_names_its_neighbours_are_never_redirected(client, base):
    for name in (
        "master.m3u8",
        "v360/playlist.m3u8",
        "story/storyboard.vtt",
        "peaks/overview.json",
        "t1/subtitles.vtt",
    ):
        assert client.get(base + name).status_code == 200, name
    answer = client.head(base + SEGMENT_NAME)
    assert (answer.status_code, answer["Content-Length"]) == (200, str(len(SEGMENT))), "an address for GET fits no HEAD"


@pytest.mark.parametrize("method", ["proxy", "redirect"])
def test_whom_it_is_not_for_gets_nothing(client, owner, stream, base, settings, method):
    settings.S3_DELIVERY = method
    other = make_full_stream(owner).item
    wrong = base.replace(str(stream.item_id), str(other.pk))
    assert client.get(wrong + SEGMENT_NAME).status_code == 403
    assert client.get(base.replace("/g1/", "/g2/") + SEGMENT_NAME).status_code == 404
    for name in (
        "v360/../master.m3u8",
        "v360//init.mp4",
        "v360/init.mp4%00",
        "v360/.init.mp4.part",
        "v360/..%2Finit.mp4",
    ):
        assert client.get(base + name).status_code == 404
    assert client.get(base.removesuffix("g1/") + "source").status_code == 403
    edit_item(item=stream.item, viewer=viewer_of(owner), policy=SIGNED_IN)
    assert client.get(base + SEGMENT_NAME).status_code == 403
    edit_item(item=stream.item, viewer=viewer_of(owner), policy=PUBLIC)
    end_session(session_id=PlaybackSession.objects.get().pk)
    assert client.get(base + SEGMENT_NAME).status_code == 403


def test_a_file_that_s3_does_not_have_is_not_there(client, base):
    assert client.get(base + "v360/seg_99999.m4s").status_code == 404


@pytest.mark.parametrize("method", ["proxy", "redirect"])
def test_the_owner_gets_the_original_under_its_name(stream, owner, settings, method):
    settings.S3_DELIVERY = method
    client = Client()
    client.force_login(owner)
    answer = client.get(open_stream(client, stream.item).removesuffix("g1/") + "source")
    found = httpx.get(answer["Location"]) if method == "redirect" else answer
    content = found.content if method == "redirect" else body(answer)
    assert (found.status_code, content) == (200, SEGMENT)
    named = found.headers["content-disposition"]
    assert named.startswith("attachment")
    assert "Mein%20%22Film%22" in named
    assert found.headers["content-type"] == "video/mp4"


@pytest.mark.django_db(transaction=True)
def test_the_real_server_carries_ranges_from_s3_and_survives_who_hangs_up(stream, s3_variables):
    with serving(**s3_variables) as site:
        base = httpx.get(f"{site.url}/hls/{stream.item_id}/master.m3u8").headers["location"].removesuffix("master.m3u8")
        address = site.url + base + SEGMENT_NAME
        assert httpx.get(address).content == SEGMENT
        answer = httpx.get(address, headers={"Range": "bytes=100-"})
        assert (answer.status_code, answer.content) == (206, SEGMENT[100:])
        with httpx.stream("GET", address) as hung_up:
            assert hung_up.status_code == 200
        assert httpx.head(address).headers["content-length"] == str(len(SEGMENT))
        assert httpx.get(address.replace("/v360", "//v360")).status_code == 404


@pytest.mark.django_db(transaction=True)
def test_with_redirects_the_pages_policy_names_the_bucket_alone(stream, s3_variables, s3_known):
    with serving(**s3_variables, S3_DELIVERY="redirect") as site:
        address = httpx.get(f"{site.url}/hls/{stream.item_id}/master.m3u8").headers["location"]
        answer = httpx.get(site.url + address.replace("master.m3u8", SEGMENT_NAME), follow_redirects=True)
        assert (answer.content, str(answer.url).startswith(s3_known.url)) == (SEGMENT, True)
        policy = dict(part.split(" ", 1) for part in httpx.get(site.url).headers["content-security-policy"].split("; "))
    named = {name for name, sources in policy.items() if s3_known.url in sources}
    assert named == {"media-src", "img-src", "connect-src"}


def test_links_lead_to_the_bucket_and_carry_no_token_of_ours(client, base, redirecting, s3_known):
    link = client.get(base + SEGMENT_NAME)["Location"]
    assert link.startswith(s3_known.url + "/bandstand/streams/")
    assert base.split("/")[2] not in link
    assert "X-Amz-Signature" in urlsplit(link).query
