"""Bases of all pages of the admin: who gets in, what lists cost, and actions that go through services.

Staff is whoever carries the flag `operate`; Django's own permissions are asked nowhere. Lists never count their rows, since
tables grow to millions: they have “previous” and “next” instead of numbers.
"""

from collections.abc import Callable, Iterable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest
from unfold.admin import ModelAdmin
from unfold.paginator import InfinitePaginator

from apps.core.errors import AppError
from apps.core.flags import Flag, has_flag

MOST_AT_ONCE = 200


class StaffAdmin(ModelAdmin):
    """A model that staff may look at and, where a subclass does not say otherwise, change."""

    paginator = InfinitePaginator
    show_full_result_count = False
    list_per_page = 50
    list_max_show_all = 0
    list_filter_submit = False
    list_fullwidth = True
    compressed_fields = True

    def has_module_permission(self, request: HttpRequest) -> bool:
        return has_flag(request.user, Flag.OPERATE)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return has_flag(request.user, Flag.OPERATE)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return has_flag(request.user, Flag.OPERATE)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return has_flag(request.user, Flag.OPERATE)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return has_flag(request.user, Flag.OPERATE)

    def for_each(self, request: HttpRequest, chosen: Iterable[Any], act: Callable[[Any], object], done: str) -> None:
        """Calls `act` for each of the chosen; what it refuses (AppError) is told, the rest goes on. Each success is logged.

        `done` says what was done, for the log and, with the number, for the person.
        """
        count = 0
        for thing in list(chosen)[:MOST_AT_ONCE]:
            try:
                act(thing)
            except AppError as error:
                self.message_user(request, f"{thing}: {error.message}", messages.WARNING)
                continue
            self.log_change(request, thing, done)
            count += 1
        if count:
            self.message_user(request, f"{done}: {count}", messages.SUCCESS)


class ReadOnlyAdmin(StaffAdmin):
    """Looked at here; made and changed by the site's own work alone."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
