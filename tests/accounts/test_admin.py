import pytest
from django.core.management import call_command
from django.urls import reverse

from apps.accounts.models import User
from apps.accounts.services.tokens import create_token


@pytest.fixture
def root(moderator):
    moderator.is_superuser = True
    moderator.save()
    return moderator


def test_the_admin_shows_people_and_tokens_but_no_secret(client, root, member):
    row, secret = create_token(owner=member, name="laptop", scopes=["read"])
    client.force_login(root)
    for address in (
        reverse("admin:accounts_user_changelist"),
        reverse("admin:accounts_user_change", args=[member.pk]),
        reverse("admin:accounts_user_add"),
        reverse("admin:accounts_personaltoken_changelist"),
        reverse("admin:accounts_personaltoken_change", args=[row.pk]),
    ):
        answer = client.get(address)
        assert answer.status_code == 200, address
        assert row.digest not in answer.content.decode()
        assert secret not in answer.content.decode()


def test_nobody_makes_or_changes_a_token_in_the_admin(client, root, member):
    row, _ = create_token(owner=member, name="laptop", scopes=["read"])
    client.force_login(root)
    assert client.get(reverse("admin:accounts_personaltoken_add")).status_code == 403
    assert client.post(reverse("admin:accounts_personaltoken_change", args=[row.pk]), {"name": "x"}).status_code == 403


def test_a_person_is_made_in_the_admin(client, root):
    client.force_login(root)
    fields = {"username": "nova", "email": "nova@example.org", "role": "creator"}
    fields |= {"password1": "long enough 12", "password2": "long enough 12", "usable_password": "true"}
    answer = client.post(reverse("admin:accounts_user_add"), fields)
    assert answer.status_code == 302, answer.context["adminform"].form.errors
    assert User.objects.get(username="nova").check_password("long enough 12")


def test_members_have_no_admin(client, member):
    client.force_login(member)
    assert client.get("/admin/").status_code in {302, 403}
    assert client.get(reverse("admin:accounts_user_changelist")).status_code in {302, 403}


def test_createsuperuser_makes_an_owner(db, monkeypatch):
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", "long enough 12")
    call_command("createsuperuser", username="boss", email="boss@example.org", interactive=False, verbosity=0)
    boss = User.objects.get(username="boss")
    assert (boss.role, boss.is_superuser, boss.is_staff) == ("owner", True, True)
