import pytest

from apps.core.realtime.models import Event
from apps.notifications.kinds import Kind, register_kind
from apps.notifications.models import Notification
from apps.notifications.services.notify import notify

register_kind(Kind("tests.thing", "Things"))


def test_a_person_is_told_and_their_pages_hear_of_it(member, stranger):
    notify(person_id=member.pk, kind="tests.thing", text="Hello", url="/")
    assert [row.text for row in Notification.objects.visible_to(member)] == ["Hello"]
    assert not Notification.objects.visible_to(stranger).exists()
    assert Event.objects.filter(topic=f"me:{member.pk}", type="notification").exists()


def test_an_unread_one_about_the_same_thing_is_renewed(member):
    for text in ("one", "two"):
        notify(person_id=member.pk, kind="tests.thing", text=text, key="a")
    assert [row.text for row in Notification.objects.all()] == ["two"]


def test_a_kind_that_nobody_registered_is_a_mistake(member):
    with pytest.raises(LookupError):
        notify(person_id=member.pk, kind="tests.unknown", text="Hello")
