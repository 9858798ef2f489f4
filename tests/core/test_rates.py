import threading

import pytest
from django.db import connection
from django.test import RequestFactory

from apps.core import rates, site_settings
from apps.core.addresses import client_address, is_loopback, network_of_client
from apps.core.cache import breaker_of
from apps.core.errors import TooMany
from apps.core.models import RateWindow
from apps.core.rates import Caller

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("limits_hold")]
NOON = 1_800_000_000.0


@pytest.fixture
def redis_away(settings, tmp_path):
    """The cache points to a socket that is not there."""
    settings.CACHES = {"default": {**settings.CACHES["default"], "LOCATION": f"unix://{tmp_path}/none.sock"}}
    yield
    breaker_of(f"unix://{tmp_path}/none.sock").succeeded()


def limit(action, people, *, visitor=False):
    site_settings.set(rates.setting_of(action, visitor=visitor), people, by=None)


def refused_after(action, caller, *, now=NOON) -> int:
    """How many went through before the first refusal."""
    for count in range(50):
        try:
            rates.check(action, caller, now=now)
        except TooMany:
            return count
    raise AssertionError("never refused")


def test_a_person_gets_as_many_as_the_site_setting_says():
    limit("write", 3)
    mila = Caller("person:mila", visitor=False)
    assert refused_after("write", mila) == 3
    assert refused_after("write", Caller("person:sven", visitor=False)) == 3
    limit("write", 5)
    assert refused_after("write", Caller("person:ida", visitor=False)) == 5


def test_the_next_window_begins_when_the_answer_said(db):
    limit("write", 1)
    mila = Caller("person:mila", visitor=False)
    rates.check("write", mila, now=NOON)
    with pytest.raises(TooMany) as refused:
        rates.check("write", mila, now=NOON)
    wait = refused.value.retry_after_s
    assert 1 <= wait <= 60
    rates.check("write", mila, now=NOON + wait)


def test_nothing_is_counted_without_a_limit():
    limit("write", 0)
    for _ in range(300):
        rates.check("write", Caller("person:mila", visitor=False), now=NOON)


def test_limits_hold_in_the_database_while_redis_is_away(redis_away):
    limit("write", 3)
    mila = Caller("person:mila", visitor=False)
    assert refused_after("write", mila) == 3
    assert RateWindow.objects.get().count == 4
    assert refused_after("write", mila, now=NOON + 120) == 3
    assert RateWindow.objects.count() == 1
    rates.purge()
    assert RateWindow.objects.count() == 1  # that window is still to come
    RateWindow.objects.update(ends_at="2020-01-01T00:00:00Z")
    rates.purge()
    assert not RateWindow.objects.exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("away", [False, True])
def test_a_crowd_at_one_instant_gets_no_more_than_the_limit(away, request):
    if away:
        request.getfixturevalue("redis_away")
    limit("write", 10)
    through = []

    def ask():
        try:
            for _ in range(5):
                rates.check("write", Caller("person:mila", visitor=False), now=NOON)
                through.append(1)
        except TooMany:
            pass
        finally:
            connection.close()

    crowd = [threading.Thread(target=ask) for _ in range(8)]
    for one in crowd:
        one.start()
    for one in crowd:
        one.join()
    assert len(through) == 10


def request_from(address, **headers):
    return RequestFactory().get("/", REMOTE_ADDR=address, headers=headers)


def test_an_address_is_believed_only_from_our_own_proxies(settings):
    lying = request_from("10.0.0.1", x_forwarded_for="6.6.6.6, 203.0.113.9")
    assert str(client_address(lying)) == "10.0.0.1"
    settings.PROXIES = 1
    assert str(client_address(lying)) == "203.0.113.9"
    settings.PROXIES = 2
    assert str(client_address(lying)) == "6.6.6.6"
    settings.PROXIES = 3
    assert str(client_address(lying)) == "10.0.0.1"
    assert client_address(request_from("", x_forwarded_for="a, b, nonsense\n")) is None


def test_a_household_of_ipv6_is_one_visitor():
    assert network_of_client(request_from("2001:db8:1:2:3::4")) == "2001:db8:1:2::/64"
    assert network_of_client(request_from("2001:db8:1:2:ffff::9")) == "2001:db8:1:2::/64"
    assert network_of_client(request_from("::ffff:192.0.2.1")) == "192.0.2.1"
    assert network_of_client(request_from("")) == "unknown"


def test_what_came_through_a_proxy_is_not_from_this_machine(settings):
    assert is_loopback(request_from("127.0.0.1"))
    assert is_loopback(request_from("::1"))
    assert not is_loopback(request_from("192.0.2.1"))
    assert not is_loopback(request_from("127.0.0.1", x_forwarded_for="127.0.0.1"))
    assert not is_loopback(request_from("127.0.0.1", x_real_ip="192.0.2.1"))


def test_the_api_says_when_to_come_back(client, member):
    limit("read", 2)
    client.force_login(member)
    assert [client.get("/api/v1/me/").status_code for _ in range(3)] == [200, 200, 429]
    refused = client.get("/api/v1/me/")
    assert refused.json()["error"]["code"] == "throttled"
    assert 1 <= int(refused["Retry-After"]) <= 60
    assert str(refused["Retry-After"]) in refused.json()["error"]["message"]


def test_visitors_of_one_address_share_a_limit_and_people_have_their_own(client, member):
    limit("read", 2, visitor=True)
    assert [client.get("/api/v1/items/").status_code for _ in range(3)] == [200, 200, 429]
    assert client.get("/api/v1/items/", REMOTE_ADDR="192.0.2.7").status_code == 200
    client.force_login(member)
    assert client.get("/api/v1/items/").status_code == 200


@pytest.mark.parametrize(("action", "path"), [("sign_in", "login"), ("sign_up", "signup"), ("reset", "password/reset")])
def test_doors_count_tries_and_not_looks(client, action, path):
    limit(action, 2, visitor=True)
    for _ in range(4):
        assert client.get(f"/accounts/{path}/").status_code == 200
    tries = [client.post(f"/accounts/{path}/", {"login": "mila", "password": "wrong"}) for _ in range(3)]
    assert [answer.status_code for answer in tries] == [200, 200, 429]
    assert int(tries[2]["Retry-After"]) >= 1
    assert 'id="main"' in tries[2].text


def test_a_door_is_guarded_while_redis_is_away(client, redis_away):
    limit("sign_in", 2, visitor=True)
    tries = [client.post("/accounts/login/", {"login": "mila", "password": "wrong"}) for _ in range(3)]
    assert [answer.status_code for answer in tries] == [200, 200, 429]
