"""Who may follow an item, while it changes: open sockets are refused at once, not at the next look."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from apps.catalog.access import viewer_of
from apps.catalog.services.collections import create_collection
from apps.catalog.services.edit import edit_item
from apps.catalog.services.trash import trash_item
from apps.catalog.topics import may_follow_collection, may_follow_item
from apps.memberships.services.grant import revoke
from tests.catalog.making import ranked
from tests.core.live_client import LiveClient
from tests.memberships.making import make_grant, make_tier
from tests.serving import serving
from tests.web.making import make_item

RANK = {"kind": "rank", "rank": 30}


def test_what_is_locked_is_not_followed_and_what_has_a_preview_is(owner, member, moderator):
    locked, preview = make_item(owner, **ranked(30)), make_item(owner, **ranked(30, preview_s=10))
    for person, may in ((AnonymousUser(), False), (member, False), (owner, True), (moderator, True)):
        assert may_follow_item(person, str(locked.pk)) is may
        assert may_follow_item(person, str(preview.pk))
    trash_item(item=preview, viewer=viewer_of(owner))
    assert not may_follow_item(owner, str(preview.pk))


def test_a_collection_is_followed_by_whoever_may_know_of_it(owner, member):
    viewer = viewer_of(owner)
    wanted = {"owner": owner, "viewer": viewer, "kind": "album", "title": "Evenings", "policy": RANK}
    shown = create_collection(published_at=timezone.now(), **wanted)
    hidden = create_collection(**wanted)
    assert may_follow_collection(member, str(shown.pk))
    assert not may_follow_collection(member, str(hidden.pk))
    assert may_follow_collection(owner, str(hidden.pk))


@pytest.mark.django_db(transaction=True)
def test_a_lost_tier_and_a_new_policy_are_felt_by_open_sockets_at_once(owner, member):
    gold = make_tier("Gold", 30)
    grant = make_grant(member, gold)
    item, other = make_item(owner, **ranked(30)), make_item(owner)
    with serving() as site, LiveClient(site, member) as client:
        assert client.follow(item.topic)["op"] == "following"
        assert client.follow(other.topic)["op"] == "following"
        edit_item(item=other, viewer=viewer_of(owner), policy=RANK)
        assert client.hear()["type"] == "item.access"
        revoke(grant=grant)
        assert client.hear() == {"op": "refused", "topic": item.topic, "code": "not_allowed"}
        assert client.hear() == {"op": "refused", "topic": other.topic, "code": "not_allowed"}
        make_grant(member, gold)
        assert client.follow(item.topic)["op"] == "following"
        edit_item(item=item, viewer=viewer_of(owner), policy={"kind": "rank", "rank": 40})
        assert client.hear()["type"] == "item.access"
        assert client.hear() == {"op": "refused", "topic": item.topic, "code": "not_allowed"}
