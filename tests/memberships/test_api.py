"""The API of tiers, grants, gifts, and what `/api/v1/me/` says of the caller."""

from datetime import timedelta

import pytest
from django.utils import timezone

from apps.accounts.registry import exports
from apps.memberships.models import Grant, Tier
from apps.memberships.services.gifts import make_gift
from apps.memberships.services.grant import revoke
from tests.memberships.making import make_grant, make_tier

pytestmark = pytest.mark.django_db
JSON = {"content_type": "application/json"}


@pytest.fixture
def gold(db):
    return make_tier("Gold", 30, jobs_at_once=3, trial_days=7)


@pytest.fixture
def staff(client, moderator):
    client.force_login(moderator)
    return client


def titles(answer) -> list[str]:
    return [row["title"] for row in answer.json()["results"]]


def test_me_says_what_the_caller_may(client, member, gold):
    make_grant(
        member, gold, ends_at=timezone.now() - timedelta(hours=1), grace_until=timezone.now() + timedelta(days=1)
    )
    client.force_login(member)
    held = client.get("/api/v1/me/").json()["entitlements"]
    assert held.pop("changes_at").endswith("Z")
    assert held == {
        "tiers": [{"id": str(gold.pk), "slug": "gold", "title": "Gold", "rank": 30}],
        "rank": 30,
        "limits": {"storage_bytes": None, "largest_height": None, "downloads": False, "jobs_at_once": 3},
        "in_grace": True,
    }


def test_me_of_somebody_without_grants(client, member):
    client.force_login(member)
    held = client.get("/api/v1/me/").json()["entitlements"]
    assert (held["tiers"], held["rank"], held["in_grace"], held["changes_at"]) == ([], 0, False, None)


def test_tiers_come_by_rank_and_what_is_not_offered_is_not_there(client, moderator, gold):
    silver = make_tier("Silver", 10)
    secret = make_tier("Secret", 5, listed=False)
    assert titles(client.get("/api/v1/tiers/")) == ["Silver", "Gold"]
    pages = client.get("/api/v1/tiers/?page_size=1").json()
    assert titles(client.get(pages["next"])) == ["Gold"]
    assert client.get(f"/api/v1/tiers/{secret.pk}/").status_code == 404
    assert client.get("/api/v1/tiers/?cursor=cD14").status_code == 404
    client.force_login(moderator)
    assert titles(client.get("/api/v1/tiers/")) == ["Secret", "Silver", "Gold"]
    assert client.get(f"/api/v1/tiers/{silver.pk}/").json()["rank"] == 10


def test_tiers_are_made_changed_and_archived(staff):
    made = staff.post("/api/v1/tiers/", {"title": "Gold", "price_cents": 900, "currency": "eur"}, **JSON)
    assert (made.status_code, made.json()["slug"], made.json()["currency"]) == (201, "gold", "EUR")
    url = f"/api/v1/tiers/{made.json()['id']}/"
    changed = staff.patch(url, {"rank": 7, "storage_bytes": 10}, **JSON).json()
    assert (changed["rank"], changed["limits"]["storage_bytes"], changed["title"]) == (7, 10, "Gold")
    assert staff.patch(url, {"rank": 0}, **JSON).json()["error"]["fields"].keys() == {"rank"}
    assert staff.post(f"{url}archive/").json()["archived_at"]
    assert staff.post(f"{url}restore/").json()["archived_at"] is None
    assert staff.delete(url).status_code == 204
    assert not Tier.objects.exists()


def test_grants_are_given_by_name_or_id(staff, member, gold):
    for person, tier in ((member.username, "gold"), (str(member.pk), str(gold.pk))):
        answer = staff.post("/api/v1/grants/", {"person": person, "tier": tier, "reason": "Helps"}, **JSON)
        assert answer.status_code == 201
    row = answer.json()
    assert (row["person"]["username"], row["tier"]["slug"], row["source"], row["counts"]) == (
        "mila",
        "gold",
        "staff",
        True,
    )
    assert row["made_by"] == "maren"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"person": "nobody"}, "person"),
        ({"tier": "none"}, "tier"),
        ({"source": "patreon"}, "source"),
        ({"source": "gift"}, "source"),
        ({"reason": ""}, "reason"),
        ({"ends_at": "2001-01-01T00:00:00Z"}, "ends_at"),
        ({"ends_at": "9999-12-31T23:59:59Z"}, "ends_at"),
    ],
)
def test_a_grant_that_does_not_fit_is_told_at_its_field(staff, member, gold, change, field):
    answer = staff.post("/api/v1/grants/", {"person": "mila", "tier": "gold", "reason": "Helps", **change}, **JSON)
    assert answer.status_code == 400
    assert set(answer.json()["error"]["fields"]) == {field}
    assert not Grant.objects.exists()


def test_grants_are_filtered(staff, member, stranger, gold):
    make_grant(member, gold)
    revoke(grant=make_grant(stranger, make_tier("Silver"), source="gift"))

    def found(query):
        return {row["person"]["username"] for row in staff.get(f"/api/v1/grants/?{query}").json()["results"]}

    assert found("") == found("source=gift&source=staff") == {"mila", "sven"}
    assert found("person=mila") == found(f"person={member.pk}") == found("tier=gold") == {"mila"}
    assert found("person=mila&person=sven") == {"mila", "sven"}
    assert (
        found("state=revoked")
        == found("source=gift")
        == found(f"tier={Tier.objects.get(slug='silver').pk}")
        == {"sven"}
    )
    assert found("person=nobody") == found("tier=x") == found("state=no") == found("source=no") == set()


def test_a_list_of_grants_costs_the_same_however_many(staff, member, gold, django_assert_num_queries):
    for number in range(20):
        make_grant(member, gold, source_ref=str(number))
    staff.get("/api/v1/grants/")
    with django_assert_num_queries(3):
        staff.get("/api/v1/grants/")


def test_a_grant_is_paused_resumed_changed_and_revoked(staff, member, gold):
    url = f"/api/v1/grants/{make_grant(member, gold).pk}/"
    assert staff.post(f"{url}pause/", {"reason": "On tour"}, **JSON).json()["state"] == "paused"
    assert staff.post(f"{url}pause/", {}, **JSON).json()["error"]["code"] == "grant_state"
    assert staff.post(f"{url}resume/").json()["state"] == "active"
    assert staff.patch(url, {"ends_at": "2040-01-01T00:00:00Z"}, **JSON).json()["ends_at"] == "2040-01-01T00:00:00Z"
    assert staff.post(f"{url}revoke/", {"reason": "Oops"}, **JSON).json()["reason"] == "Oops"
    assert staff.patch(url, {"ends_at": None}, **JSON).status_code == 409


def test_a_gift_tells_its_link_once_and_is_claimed_by_it(staff, client, member, gold):
    made = staff.post("/api/v1/gifts/", {"tier": "gold", "days": 30}, **JSON).json()
    token = made["url"].rstrip("/").rpartition("/")[2]
    assert token not in staff.get("/api/v1/gifts/").content.decode()
    assert token not in staff.get(f"/api/v1/gifts/{made['id']}/").content.decode()
    client.force_login(member)
    assert client.post("/api/v1/gifts/claim/", {"token": token}, **JSON).json()["tier"]["slug"] == "gold"
    assert client.post("/api/v1/gifts/claim/", {"token": token}, **JSON).json()["error"]["code"] == "gift_gone"


def test_a_trial_is_for_the_caller_and_once(client, member, gold):
    client.force_login(member)
    url = f"/api/v1/tiers/{gold.pk}/trial/"
    assert client.post(url).json()["person"]["username"] == "mila"
    assert client.post(url).json()["error"]["code"] == "no_trial"


def test_tokens_are_counted_when_gifts_are_tried(client, member, limits_hold):
    client.force_login(member)
    statuses = [client.post("/api/v1/gifts/claim/", {"token": "x"}, **JSON).status_code for _ in range(32)]
    assert statuses == [404] * 30 + [429] * 2


def test_ones_own_export_has_no_secret_and_nobody_elses(member, stranger, moderator, gold):
    make_grant(member, gold)
    make_grant(stranger, gold)
    _, token = make_gift(tier=gold, days=3, by=moderator, recipient_email="ada@example.org")
    told = {name: list(rows(member)) for name, rows in exports().items()}
    assert [row["tier__title"] for row in told["grants"]] == ["Gold"]
    assert told["gifts"] == told["trials"] == []
    made = list(exports()["gifts"](moderator))
    assert made[0]["recipient_email"] == "ada@example.org"
    assert token not in str(made)
