import csv
import io
from datetime import UTC, datetime, timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from apps.accounts.models import Activity
from apps.accounts.services.activity import purge, record
from apps.core import site_settings
from apps.web.people.activity import safe_cell
from tests.counting import analyze, rows_read

PAGE, TABLE = "/studio/activity/", "/studio/activity/table.csv"


@pytest.fixture
def staff(client, moderator):
    client.force_login(moderator)
    return client


def actions(answer):
    return [line.action for line in answer.context["page"].lines]


def test_lines_are_found_by_person_action_address_and_day(staff, member, stranger, rf):
    record("token.made", actor=member, subject=member, request=rf.get("/", REMOTE_ADDR="203.0.113.7"))
    record("sign_in.failed", subject=stranger, request=rf.get("/", REMOTE_ADDR="2001:db8::1"))
    Activity.objects.create(action="sign_in.done", at=datetime(2026, 1, 31, 23, 30, tzinfo=UTC), actor_id=stranger.pk)
    for query, found in {
        "person=MILA": ["token.made"],
        "person=@mila": ["token.made"],
        f"person={stranger.pk}": ["sign_in.failed", "sign_in.done"],
        "person=sven@example.org": ["sign_in.failed", "sign_in.done"],
        "person=nobody": [],
        "action=token.made": ["token.made"],
        "action=nothing": [],
        "address=203.0.113.7": ["token.made"],
        "address=2001:DB8:0::1": ["sign_in.failed"],
        "address=here": [],
        "until=2026-01-31": ["sign_in.done"],
        "until=2026-01-30": [],
        "since=2026-02-01&person=sven": ["sign_in.failed"],
        "since=yesterday&action=token.made": ["token.made"],
        "since=2026-99-99&action=token.made": ["token.made"],
        "after=nonsense&action=token.made": ["token.made"],
        "after=2026-01-01T00:00:00~1&action=token.made": ["token.made"],
    }.items():
        assert actions(staff.get(f"{PAGE}?{query}")) == found, query


def test_days_are_those_of_whoever_looks(staff, moderator):
    Activity.objects.create(action="sign_in.done", at=datetime(2026, 1, 31, 23, 30, tzinfo=UTC))
    type(moderator).objects.filter(pk=moderator.pk).update(time_zone="Europe/Athens")
    assert actions(staff.get(f"{PAGE}?until=2026-01-31")) == []
    assert actions(staff.get(f"{PAGE}?since=2026-02-01&until=2026-02-01")) == ["sign_in.done"]


def test_a_page_at_a_time_in_order_without_gap_or_repeat(staff):
    at = timezone.now()
    Activity.objects.bulk_create(Activity(action="sign_in.done", at=at - timedelta(minutes=n // 3)) for n in range(130))
    seen, address = [], PAGE + "?action=sign_in.done"
    while address:
        answer = staff.get(address)
        seen += [line.pk for line in answer.context["page"].lines]
        address = answer.context["page"].next_address and PAGE + answer.context["page"].next_address
    assert seen == list(Activity.objects.filter(action="sign_in.done").newest_first().values_list("pk", flat=True))


def test_the_page_reads_little_however_much_there_is(staff, member):
    at = timezone.now()
    Activity.objects.bulk_create(
        Activity(action="sign_in.done", actor_id=None, at=at - timedelta(seconds=n)) for n in range(5000)
    )
    record("token.made", actor=member, subject=member)
    analyze("accounts_activity")
    for query in ("", "?person=mila", "?action=token.made", "?address=203.0.113.7"):
        before = rows_read("accounts_activity")
        with CaptureQueriesContext(connection) as queries:
            staff.get(PAGE + query)
        assert rows_read("accounts_activity") - before <= 200, query
        assert len(queries) <= 6


def test_the_table_is_safe_to_open_and_noted(staff, member):
    record("person.disabled", actor=member, subject=member, reason='=HYPERLINK("http://evil.example")')
    Activity.objects.create(action="sign_in.failed", agent="=cmd|' /C calc'!A0", actor_name="@SUM(A1)")
    answer = staff.get(f"{TABLE}?action=sign_in.failed")
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    heading, line = csv.reader(io.StringIO(b"".join(answer).decode()))
    assert heading[:3] == ["at", "action", "by"]
    assert line[2] == "'@SUM(A1)"
    assert line[6].startswith("'=cmd")
    assert Activity.objects.get(action="activity.exported").details == {"filters": ["action"]}


@pytest.mark.parametrize("text", ["=1", "+1", "-1", "@x", "\tx", "\rx", " =1"])
def test_a_formula_becomes_a_text(text):
    assert safe_cell(text) == f"'{text}"


def test_the_table_holds_everything(staff):
    at = timezone.now()
    Activity.objects.bulk_create(Activity(action="sign_in.done", at=at) for _ in range(2500))
    rows = list(csv.reader(io.StringIO(b"".join(staff.get(f"{TABLE}?action=sign_in.done")).decode())))
    assert len(rows) == 2501


@pytest.mark.parametrize(
    "statement",
    ["UPDATE accounts_activity SET actor_name = 'me'", "DELETE FROM accounts_activity"],
)
def test_the_database_refuses_to_change_what_happened(db, statement):
    record("token.made")
    with pytest.raises(DatabaseError, match="only added to"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert Activity.objects.get().actor_name == ""
    with pytest.raises(TypeError):
        Activity.objects.get().delete()
    with pytest.raises(TypeError):
        Activity.objects.get().save()


def test_what_is_old_goes_and_that_is_noted(db):
    now = timezone.now()
    for days in (1, 399, 401, 900):
        Activity.objects.create(action="sign_in.done", at=now - timedelta(days=days))
    assert purge(now=now) == 2
    assert Activity.objects.filter(action="sign_in.done").count() == 2
    assert Activity.objects.get(action="activity.purged").details["lines"] == 2
    site_settings.set("accounts.activity_days", 30, by=None)
    assert purge(now=now) == 1
    with pytest.raises(DatabaseError), transaction.atomic():
        Activity.objects.all()._raw_delete("default")
