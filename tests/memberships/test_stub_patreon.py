"""The stand-in for Patreon insists on what Patreon insists on; otherwise tests against it would prove nothing."""

from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from tests.stubs import kofi
from tests.stubs.patreon import CLIENT_ID, CLIENT_SECRET, main, serving

HERE = "http://127.0.0.1:1/callback"


@pytest.fixture
def patreon():
    with serving() as stub:
        yield stub


def bearer(token) -> dict[str, str]:
    return {"Authorization": f"Bearer {token.access}"}


def code_of(patreon, **more) -> str:
    asked = {"response_type": "code", "client_id": CLIENT_ID, "redirect_uri": HERE, "scope": "identity", "state": "s"}
    reply = httpx.get(patreon.url + "/oauth2/authorize", params={**asked, **more})
    return parse_qs(urlsplit(reply.headers["location"]).query).get("code", [""])[0]


def exchange(patreon, **more) -> httpx.Response:
    client = {"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET}
    return httpx.post(patreon.url + "/api/oauth2/token", data={**client, **more})


def test_a_code_works_once_and_for_its_address_alone(patreon):
    patreon.signs_in_as = patreon.people["91234567"]
    wanted = {"grant_type": "authorization_code", "redirect_uri": HERE}
    code = code_of(patreon)
    assert exchange(patreon, code=code, **wanted).status_code == 200
    assert exchange(patreon, code=code, **wanted).json() == {"error": "invalid_grant"}
    assert exchange(patreon, code=code_of(patreon), **{**wanted, "redirect_uri": HERE + "x"}).status_code == 400
    assert exchange(patreon, client_secret="wrong", code=code_of(patreon), **wanted).status_code == 401


def test_a_refresh_token_works_once_and_ends_the_old_access(patreon):
    old = patreon.creator_token()
    wanted = {"grant_type": "refresh_token", "refresh_token": old.refresh}
    fresh = exchange(patreon, **wanted).json()
    assert exchange(patreon, **wanted).status_code == 400
    api = patreon.url + "/api/oauth2/v2/identity"
    assert httpx.get(api, headers=bearer(old)).status_code == 401
    assert httpx.get(api, headers={"Authorization": f"Bearer {fresh['access_token']}"}).status_code == 200


def test_the_authorize_page_offers_people_and_a_refusal(patreon):
    asked = {"response_type": "code", "client_id": CLIENT_ID, "redirect_uri": HERE}
    page = httpx.get(patreon.url + "/oauth2/authorize", params=asked)
    assert "River Example" in page.text
    assert "Deny" in page.text
    refused = httpx.get(patreon.url + "/oauth2/authorize", params={**asked, "as": "nobody", "state": "s"})
    assert refused.headers["location"] == f"{HERE}?error=access_denied&state=s"


def test_nothing_comes_unasked(patreon):
    api, headers = patreon.url + "/api/oauth2/v2", bearer(patreon.creator_token())
    plain = httpx.get(api + "/campaigns/700001/members", headers=headers).json()
    assert set(plain["data"][0]) == {"type", "id", "attributes"}
    assert plain["data"][0]["attributes"] == {}
    asked = {"include": "user", "fields[member]": "patron_status", "fields[user]": "full_name"}
    full = httpx.get(api + "/campaigns/700001/members", headers=headers, params=asked).json()
    assert full["data"][0]["attributes"] == {"patron_status": "active_patron"}
    assert full["included"][0]["attributes"] == {"full_name": "River Example"}
    for wrong in ({"include": "friends"}, {"fields[member]": "shoe_size"}):
        assert httpx.get(api + "/campaigns/700001/members", headers=headers, params=wrong).status_code == 400


def test_who_has_no_agent_or_no_right_is_refused(patreon):
    api = patreon.url + "/api/oauth2/v2"
    assert httpx.get(api + "/identity").status_code == 401
    with httpx.Client() as client:
        request = client.build_request("GET", api + "/identity", headers=bearer(patreon.creator_token()))
        del request.headers["user-agent"]
        assert client.send(request).status_code == 403
    narrow = patreon.creator_token(scopes=frozenset({"identity"}))
    assert httpx.get(api + "/campaigns", headers=bearer(narrow)).status_code == 403


def test_pages_follow_a_cursor_to_the_end(patreon):
    list(patreon.campaign.add_crowd(1200, patreon.campaign.tiers["4400123"]))
    api, headers = patreon.url + "/api/oauth2/v2/campaigns/700001/members", bearer(patreon.creator_token())
    seen, cursor = [], ""
    for _ in range(4):
        asked = {"page[count]": "500", **({"page[cursor]": cursor} if cursor else {})}
        page = httpx.get(api, headers=headers, params=asked).json()
        seen += [row["id"] for row in page["data"]]
        cursor = page["meta"]["pagination"]["cursors"]["next"]
        if cursor is None:
            break
    assert seen == list(patreon.campaign.members)
    assert len(set(seen)) == 1203


def test_it_throttles_and_breaks_when_told(patreon):
    api, headers = patreon.url + "/api/oauth2/v2/identity", bearer(patreon.creator_token())
    patreon.throttle(7)
    reply = httpx.get(api, headers=headers)
    assert (reply.status_code, reply.headers["retry-after"]) == (429, "7")
    assert reply.json()["errors"][0]["retry_after_seconds"] == 7
    patreon.fail(503)
    assert httpx.get(api, headers=headers).text.startswith("<!DOCTYPE html>")
    assert httpx.get(api, headers=headers).status_code == 200


def test_by_hand_it_says_what_to_set(capsys):
    main(["--port", "0", "--members", "3"], wait=lambda: None)
    assert f"BANDSTAND_PATREON_CLIENT_ID={CLIENT_ID}" in capsys.readouterr().out


def test_kofi_tries_again_with_the_same_message():
    seen = []

    def post(url, body, headers):
        seen.append((parse_qs(body.decode())["data"][0], headers["Content-Type"]))
        return 503 if len(seen) < 3 else 200

    sender = kofi.Kofi("http://127.0.0.1:1/", "secret", post=post)
    assert sender.send(sender.subscription()) == 200
    assert len(seen) == 3
    assert len(set(seen)) == 1
    assert seen[0][1] == "application/x-www-form-urlencoded"
