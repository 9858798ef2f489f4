"""What happened on the site that matters for security: looked through, and taken along as a table."""

import csv
import io
from collections.abc import AsyncIterator, Iterator

from asgiref.sync import sync_to_async
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from apps.accounts.actions import known_actions
from apps.accounts.models import Activity, User
from apps.accounts.permissions import can_manage_people
from apps.accounts.services.activity import record
from apps.web.people.activity import HEADINGS, Asked, blocks, found_by, page_of, read_asked, row_of
from apps.web.views.people import for_managers


@for_managers
@require_GET
def activity(request: HttpRequest) -> HttpResponse:
    """One query for the lines, and one where a name is looked for."""
    asked = read_asked(request.GET)
    shown = {
        "page": page_of(asked),
        "asked": asked,
        "actions": known_actions(),
        "first_url": asked.query() if asked.after else "",
    }
    return render(request, "web/activity/index.html", shown)


async def activity_table(request: HttpRequest) -> HttpResponseBase:
    """The same lines as CSV, streamed. It is noted who took them along."""
    if request.method != "GET":
        return HttpResponse(status=405, headers={"Allow": "GET"})
    person = await request.auser()
    if not isinstance(person, User):
        return redirect("account_login")
    if not await sync_to_async(can_manage_people)(person) or await request.session.aget("impersonation"):
        raise PermissionDenied
    asked = read_asked(request.GET)
    await sync_to_async(_note)(person, request, asked)
    answer = StreamingHttpResponse(_lines(asked), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="activity-{timezone.now():%Y-%m-%d}.csv"'
    answer["Cache-Control"] = "no-store"
    return answer


def _note(person: User, request: HttpRequest, asked: Asked) -> None:
    record("activity.exported", actor=person, request=request, filters=asked.filters)


async def _lines(asked: Asked) -> AsyncIterator[bytes]:
    yield _as_csv([list(HEADINGS)])
    found: Iterator[list[Activity]] = blocks(await sync_to_async(found_by)(asked))
    while block := await sync_to_async(_next)(found):
        yield _as_csv([row_of(line) for line in block])


def _next(found: Iterator[list[Activity]]) -> list[Activity]:
    return next(found, [])


def _as_csv(rows: list[list[str]]) -> bytes:
    text = io.StringIO()
    csv.writer(text, quoting=csv.QUOTE_ALL).writerows(rows)
    return text.getvalue().encode()
