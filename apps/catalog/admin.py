from typing import ClassVar

from django.contrib import admin
from django.db.models import QuerySet
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils import timezone

from apps.catalog.access import viewer_of
from apps.catalog.models import Item
from apps.catalog.services.edit import edit_item
from apps.catalog.services.trash import restore_item, trash_item
from apps.core.admin_pages import StaffAdmin


@admin.register(Item)
class ItemAdmin(StaffAdmin):
    """Words and access may be changed, through the same service as everywhere; the rest is what was found and made."""

    list_display: ClassVar = ("title", "kind", "origin", "owner", "state", "policy", "published_at", "trashed_at")
    list_filter: ClassVar = ("kind", "origin", "state", "policy", "demo")
    search_fields: ClassVar = ("title", "=id", "=owner__username")
    list_select_related: ClassVar = ("owner",)
    ordering: ClassVar = ("-id",)
    readonly_fields: ClassVar = (
        *("kind", "published_at", "trashed_at", "owner", "origin", "state", "trouble", "asset", "duplicate_of"),
        *("demo", "tags", "chapters", "cover_origin", "cover", "described_at"),
    )
    fields: ClassVar = ("title", "policy", *readonly_fields)
    actions: ClassVar = ("publish", "hide", "throw_away", "bring_back")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Item, form: "ModelForm[Item]", change: bool) -> None:
        edit_item(item=obj, viewer=viewer_of(request.user), title=obj.title, policy=obj.policy)

    @admin.action(description="Publish", permissions=["change"])
    def publish(self, request: HttpRequest, items: QuerySet[Item]) -> None:
        viewer = viewer_of(request.user)
        now = timezone.now()
        self.for_each(
            request,
            items,
            lambda item: edit_item(item=item, viewer=viewer, published_at=item.published_at or now),
            "Published",
        )

    @admin.action(description="Hide from the public", permissions=["change"])
    def hide(self, request: HttpRequest, items: QuerySet[Item]) -> None:
        viewer = viewer_of(request.user)
        self.for_each(request, items, lambda item: edit_item(item=item, viewer=viewer, published_at=None), "Hidden")

    @admin.action(description="Move to the trash", permissions=["change"])
    def throw_away(self, request: HttpRequest, items: QuerySet[Item]) -> None:
        viewer = viewer_of(request.user)
        self.for_each(request, items, lambda item: trash_item(item=item, viewer=viewer), "In the trash")

    @admin.action(description="Bring back from the trash", permissions=["change"])
    def bring_back(self, request: HttpRequest, items: QuerySet[Item]) -> None:
        viewer = viewer_of(request.user)
        self.for_each(request, items, lambda item: restore_item(item=item, viewer=viewer), "Brought back")
