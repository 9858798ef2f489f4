import http.client
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.utils import timezone

from apps.catalog.access import viewer_of
from apps.catalog.services.edit import edit_item
from apps.catalog.services.trash import trash_item
from apps.core.signing import sign
from apps.streaming import enums, gate
from apps.streaming.models import PlaybackSession
from apps.streaming.services.sessions import end_session
from tests.catalog.making import SIGNED_IN
from tests.serving import serving
from tests.streaming.making import FILES, SEGMENT, add_generation, make_stream


@pytest.fixture(autouse=True)
def _forgetful_gate(settings):
    settings.STREAMING = {"gate_cache_s": 0}
    gate.forget_all()


def body(answer) -> bytes:
    return b"".join(answer) if answer.streaming else answer.content


def open_stream(client, item) -> str:
    """The folder of the tokened address, as a player finds it."""
    answer = client.get(f"/hls/{item.pk}/master.m3u8")
    assert (answer.status_code, answer["Cache-Control"]) == (302, "no-store")
    return answer["Location"].removesuffix("master.m3u8")


@pytest.fixture
def item(owner):
    return make_stream(owner).item


@pytest.fixture
def base(client, item) -> str:
    return open_stream(client, item)


def test_a_visitor_gets_every_file_of_a_public_stream(client, base):
    for name, content in FILES.items():
        answer = client.get(base + name)
        assert (answer.status_code, body(answer)) == (200, content)
    assert answer["Content-Type"] == "video/iso.segment"
    assert "immutable" in answer["Cache-Control"]
    assert "Cookie" not in answer.get("Vary", "")
    assert client.get(base + "master.m3u8")["Cache-Control"] == "private, no-cache"


def test_one_viewer_keeps_one_address_and_another_gets_another(client, item, base):
    assert open_stream(client, item) == base
    assert open_stream(Client(), item) != base


def test_a_session_that_ends_soon_is_followed_by_a_new_one_and_still_serves(client, item, base):
    PlaybackSession.objects.update(expires_at=timezone.now() + timedelta(hours=2))
    assert open_stream(client, item) != base
    assert client.get(base + "master.m3u8").status_code == 200


def test_ranges_are_answered(client, base):
    answer = client.get(base + "v360/seg_00001.m4s", headers={"Range": "bytes=10-19"})
    assert (answer.status_code, body(answer)) == (206, SEGMENT[10:20])
    assert answer["Content-Range"] == f"bytes 10-19/{len(SEGMENT)}"
    assert answer["Content-Length"] == "10"
    answer = client.get(base + "v360/seg_00001.m4s", headers={"Range": f"bytes={len(SEGMENT)}-"})
    assert (answer.status_code, answer["Content-Range"]) == (416, f"bytes */{len(SEGMENT)}")
    answer = client.get(base + "v360/seg_00001.m4s", headers={"Range": "bytes=0-1,4-5"})
    assert (answer.status_code, body(answer)) == (200, SEGMENT)


def test_conditions_are_honoured(client, base):
    address = base + "v360/seg_00001.m4s"
    first = client.get(address)
    assert client.get(address, headers={"If-None-Match": first["ETag"]}).status_code == 304
    for condition, status in ((first["ETag"], 206), (first["Last-Modified"], 206), ('"other"', 200)):
        answer = client.get(address, headers={"Range": "bytes=0-3", "If-Range": condition})
        assert answer.status_code == status


def test_head_tells_the_length_alone(client, base):
    answer = client.head(base + "v360/seg_00001.m4s", headers={"Range": "bytes=0-3"})
    assert (answer.status_code, answer["Content-Length"], body(answer)) == (200, str(len(SEGMENT)), b"")


def test_nothing_but_reading_is_allowed(client, base):
    assert client.post(base + "master.m3u8").status_code == 405
    assert client.delete(base + "master.m3u8").status_code == 405


@pytest.mark.parametrize(
    "name",
    [
        "v360/../master.m3u8",
        "v360//init.mp4",
        "../g1/master.m3u8",
        "V360/init.mp4",
        "v360/init.mp4/",
        "v360/init.mp4%0A",
        "v360/init.mp4%00",
        "v360/.init.mp4.part",
        "v360/seg_1.m4s",
        "v360/seg_٠٠٠٠١.m4s",
        "v360/seg_99999.m4s",
        "v360/..%2Finit.mp4",
        "v360",
        "",
    ],
)
def test_other_shapes_of_path_are_not_there(client, base, name):
    assert client.get(base + name).status_code == 404


def test_a_token_opens_its_own_item_alone(client, owner, item, base):
    other = make_stream(owner).item
    address = base.replace(str(item.pk), str(other.pk)) + "master.m3u8"
    for form in (address, f"{address}?item={item.pk}"):
        answer = client.get(form)
        assert answer.status_code == 403
        assert client.head(form).status_code == 403
        assert client.get(form, headers={"Range": "bytes=0-1"}).status_code == 403


def test_tampered_expired_and_foreign_tokens_are_refused(client, item, base):
    token = base.split("/")[2]
    session = PlaybackSession.objects.get()
    named = {"s": session.pk.hex, "i": item.pk.hex}
    key_id, _, rest = token.partition(".")
    for bad in (
        token[:-1] + ("A" if token[-1] != "A" else "B"),
        token[:10] + ("x" if token[10] != "x" else "y") + token[11:],
        f"{key_id}0.{rest}",
        sign("streaming.hls", named, timezone.now() - timedelta(seconds=1)),
        sign("downloads", named, timezone.now() + timedelta(hours=1)),
        "x" * 60,
    ):
        assert client.get(base.replace(token, bad) + "v360/init.mp4").status_code == 403


def test_a_generation_that_is_not_published_is_not_there(client, item, base):
    add_generation(item, 2, enums.State.ENCODING)
    assert client.get(base.replace("/g1/", "/g2/") + "master.m3u8").status_code == 404
    assert client.get(base.replace("/g1/", "/g3/") + "master.m3u8").status_code == 404
    assert client.get(base.replace("/g1/", "/g01/") + "master.m3u8").status_code == 404


def test_an_ended_session_is_refused(client, base):
    end_session(session_id=PlaybackSession.objects.get().pk)
    assert client.get(base + "v360/init.mp4").status_code == 403


def test_signing_out_ends_what_was_played(client, member, item):
    client.force_login(member)
    base = open_stream(client, item)
    client.logout()
    assert client.get(base + "v360/init.mp4").status_code == 403


def test_a_change_of_who_may_play_reaches_open_players(client, owner, item, base):
    edit_item(item=item, viewer=viewer_of(owner), policy=SIGNED_IN)
    assert client.get(base + "v360/init.mp4").status_code == 403
    assert client.get(f"/hls/{item.pk}/master.m3u8").status_code == 403
    trash_item(item=item, viewer=viewer_of(owner))
    assert client.get(base + "v360/init.mp4").status_code == 404
    assert client.get(f"/hls/{item.pk}/master.m3u8").status_code == 404


def test_an_answer_is_remembered_only_for_a_few_seconds(client, base, settings, django_assert_num_queries):
    settings.STREAMING = {}
    assert client.get(base + "v360/init.mp4").status_code == 200
    with django_assert_num_queries(0):
        assert client.get(base + "v360/seg_00001.m4s").status_code == 200
    settings.STREAMING = {"gate_cache_s": 0}
    with django_assert_num_queries(2):
        assert client.get(base + "v360/seg_00001.m4s").status_code == 200


def test_hidden_items_are_not_there_for_others(client, owner, stranger, moderator):
    hidden = make_stream(owner, published_at=None).item
    client.force_login(stranger)
    assert client.get(f"/hls/{hidden.pk}/master.m3u8").status_code == 404
    for person in (owner, moderator):
        client.force_login(person)
        assert client.get(open_stream(client, hidden) + "master.m3u8").status_code == 200


@pytest.mark.django_db(transaction=True)
def test_the_real_server_serves_ranges_and_refuses_respelled_paths(owner):
    item = make_stream(owner).item
    with serving() as site:
        line = http.client.HTTPConnection("127.0.0.1", site.port, timeout=20)

        def ask(path: str, method: str = "GET", **headers: str):
            line.request(method, path, headers=headers)
            answer = line.getresponse()
            return answer.status, answer.headers, answer.read()

        status, headers, _ = ask(f"/hls/{item.pk}/master.m3u8")
        assert status == 302
        base = urlsplit(headers["Location"]).path.removesuffix("master.m3u8")
        segment = base + "v360/seg_00001.m4s"
        assert ask(segment)[2] == SEGMENT
        status, headers, content = ask(segment, Range="bytes=-5")
        assert (status, headers["Content-Length"], content) == (206, "5", SEGMENT[-5:])
        status, headers, content = ask(segment, "HEAD")
        assert (status, headers["Content-Length"], content) == (200, str(len(SEGMENT)), b"")
        identity = str(item.pk)
        for path in (
            segment.replace(identity, f"%{ord(identity[0]):x}{identity[1:]}"),
            segment.replace(identity, f"%25{ord(identity[0]):x}{identity[1:]}"),
            segment.replace("v360/", "v360%2F"),
            base + "v360/..%2Fmaster.m3u8",
            base + "v360/../master.m3u8",
            base + "v360/%2e%2e/master.m3u8",
            base + "v360/init.mp4%00",
            segment.replace("/v360", "//v360"),
            segment.replace(identity, identity.upper()) if identity.upper() != identity else base,
        ):
            assert ask(path)[0] == 404, path
