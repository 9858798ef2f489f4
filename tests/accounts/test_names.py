import pytest

from apps.accounts.models import User
from apps.accounts.names import clean_bio, clean_display_name, clean_username, is_reserved, look_of
from apps.accounts.services.names import rename
from apps.core.errors import Invalid
from tests.conftest import make_person

CYRILLIC_A = "\u0430"


@pytest.mark.parametrize(
    "name",
    [
        "x",
        "a" * 41,
        "a" * 300,
        "two words",
        "mila\x00",
        "mi\nla",
        "mi\u202ela",
        "mila\u200f",
        "mi\u200bla",
        "-mila",
        "mila.",
        "@mila",
        "mila@example.org",
        f"mil{CYRILLIC_A}",
        "<b>mila</b>",
        "../mila",
        "mila/../x",
    ],
)
def test_what_no_user_name_may_be(name):
    with pytest.raises(Invalid):
        clean_username(name)


@pytest.mark.parametrize(
    "name", ["mila", "Mila.K", "jos\u00e9", "\u041c\u0438\u043b\u0430", "\u65e5\u672c\u30ab\u30ca", "a_b-c"]
)
def test_names_of_one_script_are_names(name):
    assert clean_username(name) == name


def test_wide_letters_are_the_usual_ones():
    assert clean_username("\uff4d\uff49\uff4c\uff41") == "mila"


@pytest.mark.parametrize(
    "name", ["admin", "API", "settings", "Adm1n", "ad.min", f"{CYRILLIC_A}dmin", "0wner", "Bandstand"]
)
def test_names_of_the_site_are_reserved(name):
    assert is_reserved(name)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("paypal", "PaypaI"),
        ("mila", f"mil{CYRILLIC_A}"),
        ("corn", "com"),
        ("a.nna", "anna"),
        ("b0b", "bob"),
        ("al", "a1"),
    ],
)
def test_names_that_look_alike_are_known(one, other):
    assert look_of(one) == look_of(other)


def sign_up(client, username):
    fields = {"username": username, "email": "nova@example.org"}
    return client.post("/accounts/signup/", fields | {"password1": "long enough 12", "password2": "long enough 12"})


@pytest.mark.parametrize("username", ["admin", "settings", "MILA", "miIa", "mi1a", "n" * 300, "no\u202eva", "no va"])
def test_sign_up_refuses_them_in_a_sentence(client, member, username):
    answer = sign_up(client, username)
    assert answer.status_code == 200
    assert answer.context["form"].errors["username"]
    assert not User.objects.filter(email="nova@example.org").exists()


def test_a_rename_is_felt_and_a_taken_one_refused(client, member, stranger):
    client.force_login(member)
    answer = client.post("/settings/account/", {"username": "SVEN"})
    assert answer.status_code == 422
    assert "Somebody has this name already." in answer.content.decode()
    assert client.post("/settings/account/", {"username": "moderators"}).status_code == 422
    assert client.post("/settings/account/", {"username": "Mila"}).status_code == 302
    assert client.post("/settings/account/", {"username": "milena"}).status_code == 302
    assert User.objects.get(pk=member.pk).username == "milena"
    assert client.get("/@milena/").status_code == 200
    assert client.get("/@mila/").status_code == 404


def test_a_rename_loses_nothing_where_somebody_was_faster(member):
    make_person("nova")
    with pytest.raises(Invalid):
        rename(person=member, username="Nova", by=member)
    member.refresh_from_db()
    assert member.username == "mila"


@pytest.mark.parametrize("name", ["a" * 81, "mi\u202ela", "\u200b", "a\x07b", "z" + "\u0301" * 9])
def test_what_no_display_name_may_be(name):
    with pytest.raises(Invalid):
        clean_display_name(name)


def test_a_display_name_is_one_line():
    assert clean_display_name("  Mila \n K  ") == "Mila K"
    assert clean_display_name("") == ""


def test_a_bio_has_lines_and_no_overrides():
    assert clean_bio("One\r\ntwo ") == "One\ntwo"
    for bad in ("a" * 1001, "x\u202ey", "a\x00"):
        with pytest.raises(Invalid):
            clean_bio(bad)
