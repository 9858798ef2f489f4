"""From the loss of a tier at Patreon to the closed door: the stand-in, the running site, its socket and its stream."""

import time

import httpx
import pytest

from apps.core import site_settings
from apps.memberships.services.patreon.connect import connect_by_tokens
from tests.catalog.making import ranked
from tests.core.live_client import LiveClient
from tests.jobs.running import run_jobs
from tests.memberships.campaigns import RIVER, link, tiers_for
from tests.serving import serving
from tests.streaming.making import make_stream

pytestmark = pytest.mark.django_db(transaction=True)

PROMISED_S = 10


def answers(address: str, cookies: dict[str, str]) -> int:
    return httpx.get(address, headers=cookies).status_code


def test_a_tier_lost_at_patreon_closes_the_open_stream_and_socket(patreon, owner, member, moderator):
    item = make_stream(owner, **ranked(20)).item
    with serving() as site:
        pair = patreon.creator_token()
        connected = connect_by_tokens(
            person=owner, access=pair.access, refresh=pair.refresh, webhook_base=f"{site.url}/"
        )
        tiers_for(connected[0])
        link(member, RIVER)
        run_jobs()
        site_settings.set("memberships.grace_s", 0, by=moderator)
        cookies = site.cookies_of(member)
        master = httpx.get(f"{site.url}/hls/{item.pk}/master.m3u8", headers=cookies)
        assert master.status_code == 302, master.text
        segment = site.url + master.headers["Location"].replace("master.m3u8", "v360/seg_00001.m4s")
        assert answers(segment, cookies) == 200
        with LiveClient(site, member) as client:
            assert client.follow(item.topic)["op"] == "following"
            river = patreon.member_of(RIVER)
            patreon.decline(river)
            told = patreon.fire("members:pledge:update", river)
            assert told == [200]
            deadline = time.monotonic() + PROMISED_S
            run_jobs()
            assert client.hear(seconds=PROMISED_S) == {"op": "refused", "topic": item.topic, "code": "not_allowed"}
            while answers(segment, cookies) != 403:
                assert time.monotonic() < deadline, "the stream is still open"
                time.sleep(0.2)
        assert answers(f"{site.url}/hls/{item.pk}/master.m3u8", cookies) == 403
        page = httpx.get(site.url + item.get_absolute_url(), headers=cookies)
        assert page.status_code == 200
        assert 'data-scene="locked"' in page.text
