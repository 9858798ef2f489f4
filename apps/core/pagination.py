"""Lists in pages that stay stable while rows are added: cursors instead of page numbers, and no COUNT."""

from rest_framework.pagination import CursorPagination as RestCursorPagination


class CursorPagination(RestCursorPagination):
    """Newest first: UUIDv7 ids sort by creation. `?page_size=` up to 200."""

    ordering = "-id"
    page_size_query_param = "page_size"
    max_page_size = 200
