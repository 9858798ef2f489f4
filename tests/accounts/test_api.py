import pytest
from rest_framework.test import APIClient

from apps.accounts.services.tokens import create_token, find_token


def speaking_with(person, *scopes) -> APIClient:
    client = APIClient()
    _, secret = create_token(owner=person, name="script", scopes=scopes)
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {secret}")
    return client


def test_me_says_who_and_what_they_may_do(moderator):
    me = speaking_with(moderator, "read").get("/api/v1/me/").json()
    assert me["id"] == str(moderator.pk)
    assert me["username"] == moderator.username
    assert "operate" in me["flags"]


def test_me_is_nobody_without_signing_in(db):
    answer = APIClient().get("/api/v1/me/")
    assert answer.status_code == 401
    assert answer.json()["error"]["code"] == "not_authenticated"


def test_a_person_lists_their_own_tokens_without_secrets(member, stranger):
    create_token(owner=stranger, name="theirs", scopes=["read"])
    listed = speaking_with(member, "read").get("/api/v1/tokens/").json()["results"]
    assert [row["name"] for row in listed] == ["script"]
    assert not {"secret", "digest"} & set(listed[0])


def test_a_token_is_made_and_revoked(member):
    client = speaking_with(member, "read", "write")
    made = client.post("/api/v1/tokens/", {"name": "other", "scopes": ["read"]}, format="json")
    assert made.status_code == 201
    secret = made.json()["secret"]
    assert find_token(secret).owner == member
    assert client.delete(f"/api/v1/tokens/{made.json()['id']}/").status_code == 204
    assert find_token(secret) is None


def test_a_token_cannot_make_one_that_may_do_more(member):
    answer = speaking_with(member, "write").post("/api/v1/tokens/", {"name": "x", "scopes": ["admin"]}, format="json")
    assert answer.status_code == 403
    assert answer.json()["error"]["code"] == "missing_scope"
    assert member.tokens.count() == 1


def test_another_persons_token_is_unknown(member, stranger):
    row, secret = create_token(owner=member, name="laptop", scopes=["read"])
    assert speaking_with(stranger, "write").delete(f"/api/v1/tokens/{row.pk}/").status_code == 404
    assert find_token(secret)


@pytest.mark.parametrize("scopes", [[], ["everything"]])
def test_unknown_scopes_are_refused(member, scopes):
    answer = speaking_with(member, "write").post("/api/v1/tokens/", {"name": "x", "scopes": scopes}, format="json")
    assert answer.status_code == 400
    assert any(field.startswith("scopes") for field in answer.json()["error"]["fields"])
