from django.apps import AppConfig


class CatalogConfig(AppConfig):
    name = "apps.catalog"
    label = "catalog"

    def ready(self) -> None:
        from apps.accounts.registry import register_export
        from apps.accounts.signals import person_leaving
        from apps.catalog import exported
        from apps.catalog.covers import COVERS, cover_name
        from apps.catalog.handlers import describe, empty_trash, identify  # noqa: F401
        from apps.catalog.loudness import offer_settings
        from apps.catalog.models import Item
        from apps.catalog.services import empty_trash as trash
        from apps.catalog.services.leaving import person_leaves
        from apps.catalog.topics import may_follow_collection, may_follow_item
        from apps.core.realtime.hub import register_topic
        from apps.media.storage.pictures import Family, register

        offer_settings()
        trash.offer_settings()
        register(
            Family(
                COVERS,
                Item.objects.exclude(cover="").only("cover", "cover_widths").all,
                lambda row: {cover_name(row.cover, width) for width in row.cover_widths},
            )
        )
        register_export("items", exported.items)
        person_leaving.connect(person_leaves, dispatch_uid="catalog.person_leaves")
        register_topic("item", may_follow_item)
        register_topic("collection", may_follow_collection)
