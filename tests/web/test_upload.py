"""Who gets the upload page, and what stands in the shell for whom."""

import pytest
from django.test import Client

from apps.core.realtime.viewers import GUEST_MARK, mark_of

pytestmark = pytest.mark.django_db


def as_(person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def page(person, path="/studio/upload/") -> str:
    return as_(person).get(path).content.decode()


def test_a_guest_is_sent_to_the_sign_in_and_comes_back(client):
    answer = client.get("/studio/upload/")
    assert answer.status_code == 302
    assert answer.url == "/accounts/login/?next=/studio/upload/"


def test_who_may_not_create_gets_a_sentence_in_the_shell(member):
    answer = as_(member).get("/studio/upload/")
    assert answer.status_code == 403
    text = answer.content.decode()
    assert "Uploading is for creators" in text
    assert '<main id="main"' in text
    assert "data-uploads-page" not in text


def test_creators_and_the_team_get_the_page_and_a_word_for_browsers_without_scripts(owner, moderator):
    for person in (owner, moderator):
        text = page(person)
        assert "data-uploads-page" in text
        assert "<noscript>" in text


def test_only_creators_are_offered_the_way_there(owner, member, client):
    assert 'href="/studio/upload/"' in page(owner, "/")
    assert 'href="/studio/upload/"' not in page(member, "/")
    assert 'id="activity"' in page(member, "/")
    assert 'id="activity"' not in client.get("/").content.decode()


def test_each_sign_in_has_a_line_of_its_own(owner):
    first, second = as_(owner), as_(owner)
    marks = [mark_of(owner, one.session.session_key) for one in (first, second)]
    assert marks[0] != marks[1]
    assert f'data-line="{marks[0]}"' in first.get("/").content.decode()
    assert first.session.session_key not in first.get("/").content.decode()
    assert mark_of(None, "session") == mark_of(owner, None) == GUEST_MARK
