import httpx
import pytest

from tests.serving import serving


@pytest.mark.django_db(transaction=True)
def test_the_server_answers_on_its_port_and_again_after_a_kill(member):
    with serving() as site:
        assert httpx.get(site.url + "/nothing-here/", timeout=60).status_code == 404
        site.kill()
        site.start()
        assert httpx.get(site.url + "/nothing-here/", headers=site.cookies_of(member), timeout=60).status_code == 404
