"""What anybody sees of memberships, and what staff do in the studio."""

from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.db import connection
from django.utils import timezone

from apps.accounts.enums import Role
from apps.accounts.models import User
from apps.core import site_settings
from apps.core.models import new_id
from apps.memberships.models import Gift, Grant, Tier
from apps.memberships.panels import _panels, register_panel
from apps.memberships.services.gifts import make_gift
from apps.memberships.services.grant import revoke
from apps.memberships.services.hold import pause_grant
from apps.memberships.standing import entitlements_of
from tests.conftest import make_person
from tests.counting import analyze, rows_read
from tests.memberships.making import make_grant, make_tier

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


@pytest.fixture
def gold(db):
    return make_tier(
        "Gold", 30, price_cents=900, currency="EUR", benefits=["A seat"], join_url="https://join.example/", trial_days=7
    )


def page(client, path, status=200) -> str:
    answer = client.get(path)
    assert answer.status_code == status
    return " ".join(answer.content.decode().split())


# What there is


def test_everybody_sees_what_there_is(client, gold):
    make_tier("Secret", listed=False)
    text = page(client, "/tiers/")
    for words in ("Gold", "€9", "A seat", 'href="https://join.example/"', "Sign in to try it"):
        assert words in text
    assert "Secret" not in text


def test_what_one_has_is_marked_and_is_not_offered(client, member, gold):
    make_grant(member, gold)
    client.force_login(member)
    text = page(client, "/tiers/")
    assert "You have it" in text
    assert "join.example" not in text
    assert "Try it" not in text


def test_a_page_of_tiers_costs_the_same_however_many(client, member, gold, django_assert_max_num_queries):
    client.force_login(member)
    page(client, "/tiers/")
    for number in range(20):
        make_tier(f"Tier {number}", slug=f"t{number}", trial_days=3)
    page(client, "/tiers/")
    with django_assert_max_num_queries(
        10
    ):  # session, person, bell, tiers, standing, grants, three of identities, trials
        page(client, "/tiers/")


def test_without_tiers_there_is_a_word_and_no_place_in_the_menu(client, moderator):
    assert "No memberships yet" in page(client, "/tiers/")
    assert 'href="/tiers/"' not in page(client, "/")
    client.force_login(moderator)
    assert "Make a tier" in page(client, "/tiers/")


def test_trying_a_tier(client, member, gold):
    client.force_login(member)
    assert "Try it for 7 days" in page(client, "/tiers/")
    answer = client.post(f"/tiers/{gold.pk}/trial/", follow=True)
    assert "Gold is yours until" in answer.content.decode()
    assert entitlements_of(member).rank == 30
    again = client.post(f"/tiers/{gold.pk}/trial/", follow=True)
    assert "had it before" in again.content.decode()
    assert Grant.objects.count() == 1


def test_a_trial_needs_an_account_and_a_tier_that_is_offered(client, member, gold):
    assert client.post(f"/tiers/{gold.pk}/trial/").headers["Location"].startswith("/accounts/login/")
    client.force_login(member)
    assert client.post(f"/tiers/{make_tier('Secret', listed=False, trial_days=3).pk}/trial/").status_code == 404


# What one has


def test_ones_own_page_says_everything(client, member, moderator, gold):
    now = timezone.now()
    make_grant(member, gold, source="patreon", ends_at=now - timedelta(hours=1), grace_until=now + DAY)
    pause_grant(grant=make_grant(member, make_tier("Silver")), by=moderator)
    make_grant(member, make_tier("Later"), starts_at=now + DAY)
    revoke(grant=make_grant(member, make_tier("Gone")))
    client.force_login(member)
    text = page(client, "/settings/membership/")
    for words in ("Your payment did not come. You keep Gold until", "In grace", "By Patreon", "its time stands still"):
        assert words in text
    for words in ("Begins later", "Taken back", "Watch in full quality"):
        assert words in text


def test_ones_own_page_is_ones_own(client, member, stranger, gold):
    make_grant(member, gold)
    assert client.get("/settings/membership/").headers["Location"].startswith("/accounts/login/")
    client.force_login(stranger)
    assert "No membership" in page(client, "/settings/membership/")


def test_other_apps_add_their_panels(client, member, owner, monkeypatch):
    monkeypatch.setattr("apps.memberships.panels._panels", dict(_panels))
    register_panel("memberships/_nothing.html", lambda person: None)
    client.force_login(member)
    assert "Room for your files" not in page(client, "/settings/membership/")
    client.force_login(owner)
    site_settings.set("uploads.bytes_per_person", 5_000_000_000, by=None)
    assert "Room for your files" in page(client, "/settings/membership/")
    assert "of 4.7\xa0GB used" in client.get("/studio/upload/").content.decode()


def test_the_number_of_grants_costs_no_queries(client, member, gold, django_assert_max_num_queries):
    client.force_login(member)
    for number in range(30):
        make_grant(member, gold, source_ref=str(number))
    page(client, "/settings/membership/")
    with django_assert_max_num_queries(6):  # session, person, bell, grants, standing, addresses
        page(client, "/settings/membership/")


# Gifts


@pytest.fixture
def gift(moderator, gold):
    return make_gift(tier=gold, days=30, by=moderator, message="Enjoy")


def test_a_link_says_what_it_brings_and_is_claimed_after_the_sign_in(client, member, gift):
    path = f"/gifts/{gift[1]}/"
    text = page(client, path)
    for words in ("30 days of Gold", "Enjoy", "Sign in to claim it", f"/accounts/login/?next={path}", "noindex"):
        assert words in text
    assert client.post(path).headers["Location"] == f"/accounts/login/?next={path}"
    assert Gift.objects.get().state == "open"
    client.force_login(member)
    assert "Gold is yours until" in client.post(path, follow=True).content.decode()
    assert "claimed already" in page(client, path, status=410)
    assert "claimed already" in client.post(path, follow=True).content.decode()
    assert Grant.objects.count() == 1


def test_guessing_links_is_limited_whether_found_or_not(client, gift, limits_hold):
    statuses = [client.get(f"/gifts/{new_id()}/").status_code for _ in range(25)]
    assert statuses == [404] * 20 + [429] * 5
    assert client.get(f"/gifts/{gift[1]}/").status_code == 429


def test_a_gift_to_a_proved_address_is_claimed_without_its_link(client, member, stranger, moderator, gold):
    made, _ = make_gift(tier=gold, days=9, by=moderator, recipient_email="ada@example.org")
    EmailAddress.objects.create(user=member, email="ada@example.org", verified=True)
    claim = f"/settings/membership/gifts/{made.pk}/claim/"
    client.force_login(stranger)
    assert client.post(claim).status_code == 404
    client.force_login(member)
    assert "9 days of Gold" in page(client, "/settings/membership/")
    client.post(claim)
    assert entitlements_of(member).rank == 30


# The studio


def studio_addresses(person, grant, tier, gift) -> dict[str, list[str]]:
    return {
        "get": [
            "/studio/members/",
            f"/studio/members/{person.pk}/",
            "/studio/tiers/",
            "/studio/tiers/new/",
            f"/studio/tiers/{tier.pk}/",
            "/studio/gifts/",
        ],
        "post": [
            "/studio/members/find/",
            f"/studio/members/{person.pk}/give/",
            *(f"/studio/grants/{grant.pk}/{act}/" for act in ("pause", "resume", "revoke", "extend")),
            "/studio/tiers/new/",
            f"/studio/tiers/{tier.pk}/",
            *(f"/studio/tiers/{tier.pk}/{act}/" for act in ("archive", "restore", "delete", "move")),
            "/studio/gifts/",
            f"/studio/gifts/{gift.pk}/withdraw/",
        ],
    }


@pytest.mark.parametrize("role", [None, Role.MEMBER, Role.CREATOR, Role.GUEST])
def test_nobody_else_gets_into_the_studios_pages(client, member, gold, gift, role):
    grant = make_grant(member, gold)
    if role:
        client.force_login(make_person("p", role))
    for method, addresses in studio_addresses(member, grant, gold, gift[0]).items():
        for address in addresses:
            answer = getattr(client, method)(address, {"title": "Mine", "tier": gold.pk, "days": 3})
            if role:
                assert answer.status_code == 403, address
            else:
                assert answer.headers["Location"].startswith("/accounts/login/"), address
    grant.refresh_from_db()
    assert (grant.state, Tier.objects.count(), Gift.objects.count()) == ("active", 1, 1)


def test_members_are_counted_by_tier_and_source_and_filtered(client, moderator, member, stranger, gold):
    silver = make_tier("Silver", 10)
    make_grant(member, gold)
    make_grant(stranger, gold, source="patreon")
    make_grant(member, silver, source="gift", ends_at=timezone.now() + DAY)
    client.force_login(moderator)
    text = page(client, "/studio/members/")
    for words in ("Patreon", "Given by staff", "End within a week", "mila", "sven"):
        assert words in text
    assert "sven" not in page(client, "/studio/members/?tier=silver")
    assert "mila" not in page(client, "/studio/members/?source=patreon").split("Find somebody")[1]
    for nothing in ("tier=no", "source=no", "show=no", "q=nobody", "show=grace"):
        assert "Nothing fits" in page(client, f"/studio/members/?{nothing}")
    assert "sven" in page(client, "/studio/members/?show=live&q=SVEN")


def test_the_roll_is_read_by_its_indexes_at_a_hundred_thousand_grants(
    client, moderator, gold, django_assert_num_queries
):
    User.objects.bulk_create(User(username=f"p{number}") for number in range(1000))
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO memberships_grant (id, created_at, updated_at, person_id, tier_id, source, source_ref, state,"
            " starts_at, ends_at, reason)"
            " SELECT gen_random_uuid(), now(), now(), u.id, %s, (ARRAY['patreon', 'kofi', 'staff'])[1 + n %% 3],"
            " u.username || ':' || n, 'active', now() - interval '1 day', now() + n * interval '1 day', ''"
            " FROM accounts_user u, generate_series(1, 100) n WHERE u.username LIKE 'p%%'",
            [gold.pk],
        )
    analyze("memberships_grant", "accounts_user")
    client.force_login(moderator)
    client.get("/studio/members/")
    for query in ("", "?tier=gold", "?source=kofi", "?show=live", "?tier=gold&source=staff&show=live"):
        before = rows_read("accounts_user")
        with django_assert_num_queries(6):  # session, person, bell, counts, ending, list
            client.get(f"/studio/members/{query}")
        assert rows_read("accounts_user") - before < 200, query


def test_a_person_is_found_and_given_a_tier(client, moderator, member, gold):
    client.force_login(moderator)
    for words in ("mila", "MILA", "mila@example.org", str(member.pk)):
        found = client.post("/studio/members/find/", {"person": words})
        assert found.headers["Location"] == f"/studio/members/{member.pk}/"
    assert "There is no person like that" in client.post("/studio/members/find/", {"person": "x"}, follow=True).text
    give = f"/studio/members/{member.pk}/give/"
    client.post(give, {"tier": gold.pk, "period": "month", "reason": "Helps"})
    grant = Grant.objects.get()
    assert (grant.person_id, grant.reason, grant.made_by_id) == (member.pk, "Helps", moderator.pk)
    assert timedelta(days=28) <= grant.ends_at - grant.starts_at <= timedelta(days=31)
    assert "Helps" in page(client, f"/studio/members/{member.pk}/")


@pytest.mark.parametrize(
    "fields", [{"reason": ""}, {"period": "date"}, {"period": "date", "until": "2020-01-01"}, {"tier": new_id()}]
)
def test_a_gift_of_staff_that_does_not_fit_is_told_at_its_field(client, moderator, member, gold, fields):
    client.force_login(moderator)
    wanted = {"tier": gold.pk, "period": "week", "reason": "Helps", **fields}
    answer = client.post(f"/studio/members/{member.pk}/give/", wanted)
    assert answer.status_code == 422
    assert "field-errors" in answer.content.decode()
    assert not Grant.objects.exists()


def test_the_buttons_of_a_grant(client, moderator, member, gold):
    client.force_login(moderator)
    now = timezone.now()
    grant = make_grant(member, gold, ends_at=now + DAY)
    url = f"/studio/grants/{grant.pk}/"
    for act, state in (("pause", "paused"), ("resume", "active")):
        client.post(f"{url}{act}/")
        grant.refresh_from_db()
        assert grant.state == state
    client.post(f"{url}extend/", {"extend-period": "week"})
    grant.refresh_from_db()
    assert abs(grant.ends_at - (now + 8 * DAY)) < timedelta(minutes=1)
    client.post(f"{url}extend/", {"extend-period": "ever"})
    client.post(f"{url}revoke/", {"reason": "A mistake"})
    grant.refresh_from_db()
    assert (grant.ends_at, grant.state, grant.reason) == (None, "revoked", "A mistake")
    assert "cannot be done" in client.post(f"{url}pause/", follow=True).content.decode()


def test_the_editor_of_tiers(client, moderator):
    client.force_login(moderator)
    fields = {
        "title": "Gold",
        "benefits": "A seat\n\nA song",
        "price": "9.50",
        "currency": "eur",
        "trial_days": "7",
        "listed": "on",
        "storage_gb": "0.5",
        "jobs_at_once": "3",
    }
    client.post("/studio/tiers/new/", fields)
    tier = Tier.objects.get()
    assert (tier.benefits, tier.price_cents, tier.currency, tier.storage_bytes) == (
        ["A seat", "A song"],
        950,
        "EUR",
        1 << 29,
    )
    assert 'value="9.5' in page(client, f"/studio/tiers/{tier.pk}/")
    client.post(f"/studio/tiers/{tier.pk}/", {**fields, "title": "Golden", "rank": "40", "price": "", "storage_gb": ""})
    tier.refresh_from_db()
    assert (tier.title, tier.rank, tier.price_cents, tier.storage_bytes, tier.slug) == (
        "Golden",
        40,
        None,
        None,
        "gold",
    )
    answer = client.post(f"/studio/tiers/{tier.pk}/", {**fields, "currency": ""})
    assert answer.status_code == 422
    assert "A price needs its currency." in answer.content.decode()


def test_tiers_are_moved_archived_and_deleted(client, moderator, member):
    client.force_login(moderator)
    low, high = make_tier("Low", 1), make_tier("High", 2)
    client.post(f"/studio/tiers/{low.pk}/move/", {"way": "up"})
    assert list(Tier.objects.values_list("title", "rank")) == [("High", 10), ("Low", 20)]
    client.post(f"/studio/tiers/{low.pk}/move/", {"way": "up"})
    make_grant(member, high)
    assert "cannot be deleted" in client.post(f"/studio/tiers/{high.pk}/delete/", follow=True).content.decode()
    client.post(f"/studio/tiers/{high.pk}/archive/")
    assert "In the archive" in page(client, "/studio/tiers/")
    client.post(f"/studio/tiers/{high.pk}/restore/")
    client.post(f"/studio/tiers/{low.pk}/delete/")
    assert [tier.title for tier in Tier.objects.all()] == ["High"]


def test_gifts_are_made_shown_to_their_maker_and_withdrawn(client, moderator, gold):
    client.force_login(moderator)
    text = client.post("/studio/gifts/", {"tier": gold.pk, "days": "30"}).content.decode()
    gift = Gift.objects.get()
    assert f"/gifts/{gift.sealed}/" in text
    assert gift.sealed in page(client, "/studio/gifts/")
    client.force_login(make_person("other", Role.TEAM))
    assert gift.sealed not in page(client, "/studio/gifts/")
    client.post(f"/studio/gifts/{gift.pk}/withdraw/")
    gift.refresh_from_db()
    assert gift.state == "withdrawn"
    answer = client.post("/studio/gifts/", {"tier": gold.pk, "days": "3", "deliver_on": "2099-01-01T10:00"})
    assert answer.status_code == 422
    assert "Without an address" in answer.content.decode()
