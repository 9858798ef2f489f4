"""What goes wrong is told in the shell, by page, by swap and by the API; also when the database is away."""

import pytest
from django.core.exceptions import BadRequest, PermissionDenied, RequestDataTooBig
from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.test import Client
from django.urls import include, path

from apps.core.errors import AppError, Conflict
from apps.web.views import errors

SWAP = {"HX-Request": "true", "HX-Target": "main#main", "HX-Boosted": "true"}


class TooManyTries(AppError):
    code = "throttled"
    status = 429
    retry_after_s = 90


TROUBLES = {
    "400": BadRequest("internal"),
    "403": PermissionDenied("internal"),
    "404": Http404("internal"),
    "409": Conflict("Somebody was faster."),
    "413": RequestDataTooBig("internal"),
    "429": TooManyTries("Three uploads a minute are enough."),
    "500": ZeroDivisionError("internal"),
    "503": OperationalError("internal"),
}


def raising(request: HttpRequest, name: str) -> HttpResponse:
    raise TROUBLES[name]


urlpatterns = [
    path("trouble/<str:name>/", raising),
    path("api/v1/trouble/<str:name>/", raising),
    path("", include("config.urls")),
]
handler400, handler403, handler404 = errors.bad_request, errors.permission_denied, errors.not_found
handler429, handler500 = errors.too_many, errors.server_error

pytestmark = pytest.mark.urls(__name__)


@pytest.fixture
def visitor(db) -> Client:
    return Client(raise_request_exception=False)


@pytest.mark.parametrize("name", TROUBLES)
@pytest.mark.parametrize("headers", [{}, SWAP], ids=["load", "swap"])
def test_every_trouble_stands_in_the_shell(visitor, name, headers):
    answer = visitor.get(f"/trouble/{name}/", headers=headers)
    page = answer.content.decode()
    assert answer.status_code == int(name)
    assert page.count('id="main"') == 2  # the page, and the template for answers of others
    assert page.count("<h1>") == 2
    assert 'id="player-host"' in page
    assert "app.js" in page
    assert "internal" not in page
    assert "no-store" in answer["Cache-Control"]


# The others are raised inside REST views alone, whose handler has its own tests.
@pytest.mark.parametrize("name", sorted(set(TROUBLES) - {"409", "429"}))
def test_below_the_api_a_trouble_has_its_shape(visitor, name):
    answer = visitor.get(f"/api/v1/trouble/{name}/")
    assert answer.status_code == int(name)
    assert set(answer.json()["error"]) == {"code", "message"}
    assert "internal" not in answer.content.decode()


def test_a_refusal_is_told_in_its_own_sentence(visitor):
    assert "Somebody was faster." in visitor.get("/trouble/409/").content.decode()


def test_too_often_says_when_to_come_back(visitor):
    answer = visitor.get("/trouble/429/")
    assert answer["Retry-After"] == "90"
    assert "Three uploads a minute are enough." in answer.content.decode()
    assert "Try again in 2 minutes." in answer.content.decode()


def test_trying_to_sign_in_too_often_meets_a_pause(visitor, member, limits_hold):
    tried = [visitor.post("/accounts/login/", {"login": f"x{number}", "password": "wrong"}) for number in range(31)]
    assert [answer.status_code for answer in tried] == [200] * 30 + [429]
    assert "Slow down a little" in tried[-1].content.decode()
    assert int(tried[-1]["Retry-After"]) <= 60


def test_allauth_asks_for_our_page(visitor, rf):
    request = rf.get("/accounts/login/")
    request.user = None
    answer = errors.too_many(request)
    assert (answer.status_code, answer["Retry-After"]) == (429, "300")
    assert 'id="main"' in answer.content.decode()


def test_what_is_busy_says_when_to_come_back(visitor):
    answer = visitor.get("/trouble/503/")
    assert answer["Retry-After"] == "20"
    assert 'href="/trouble/503/"' in answer.content.decode()


@pytest.mark.parametrize(("name", "status"), [("500", 500), ("503", 503)])
def test_a_broken_page_asks_neither_session_nor_database(member, name, status, django_assert_num_queries):
    person = Client(raise_request_exception=False)
    person.force_login(member)
    with django_assert_num_queries(2):  # session and person, for the time zone, before the view; the page asks nothing
        answer = person.get(f"/trouble/{name}/")
    page = answer.content.decode()
    assert answer.status_code == status
    assert "Sign in" not in page  # nobody knows whether they are
    assert 'id="main"' in page


def test_with_the_database_away_every_page_says_so(member, monkeypatch):
    person = Client(raise_request_exception=False)
    person.force_login(member)

    def away(*args: object, **kwargs: object) -> None:
        raise OperationalError("internal")

    for address in ("/", "/browse/", "/jobs/", "/nowhere/"):
        with monkeypatch.context() as patch:
            patch.setattr("django.db.backends.base.base.BaseDatabaseWrapper.cursor", away)
            answer = person.get(address)
        assert answer.status_code == 503, address
        assert "Back in a moment" in answer.content.decode()
        assert "internal" not in answer.content.decode()


def test_the_person_who_was_known_keeps_their_menu(member, rf):
    request = rf.get("/")
    request._cached_user = member
    page = errors.server_error(request).content.decode()
    assert "@mila" in page
    assert "csrfmiddlewaretoken" in page


def test_a_trouble_can_be_found_in_the_log(rf, db):
    request = rf.get("/")
    request.request_id = "0197a1b2c3"
    for page in (errors.error_page(request, 500), errors.csrf_failure(request)):
        assert "<code>0197a1b2c3</code>" in page.content.decode()


def test_a_stale_form_keeps_the_shell_and_the_api_its_shape(db):
    strict = Client(enforce_csrf_checks=True)
    stale = strict.post("/accounts/login/", {})
    assert (stale.status_code, 'id="main"' in stale.content.decode()) == (403, True)
    assert "gone stale" in stale.content.decode()


def test_a_body_that_is_too_large_is_told_so(visitor, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100
    answer = visitor.post("/accounts/login/", {"login": "x" * 1000})
    assert answer.status_code == 413
    assert "That is too large" in answer.content.decode()


def test_a_refusal_with_markup_in_it_stays_text(visitor, rf):
    request = rf.get("/")
    request.user = None
    page = errors.error_page(request, 409, "<script>alert(1)</script>").content.decode()
    assert "<script>alert" not in page
