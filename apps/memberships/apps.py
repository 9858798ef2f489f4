from django.apps import AppConfig


class MembershipsConfig(AppConfig):
    name = "apps.memberships"
    label = "memberships"

    def ready(self) -> None:
        from apps.accounts.registry import register_export, register_fact
        from apps.core import bench
        from apps.memberships import exports, kinds, settings_offered
        from apps.memberships.api.serializers import EntitlementsSerializer
        from apps.memberships.handlers import clock  # noqa: F401
        from apps.memberships.services import caps, changes
        from apps.memberships.signals import standing_changed
        from apps.memberships.standing import entitlements_of

        settings_offered.offer()
        kinds.register_kinds()
        bench.register("memberships", "apps.memberships.bench.run")
        register_fact("entitlements", EntitlementsSerializer, entitlements_of)
        register_export("grants", exports.grants)
        register_export("gifts", exports.gifts)
        register_export("trials", exports.trials)

        # In this order: rows first, then what writes to topics.
        standing_changed.connect(caps.standing_has_changed, dispatch_uid="memberships.caps")
        standing_changed.connect(changes.note_change, dispatch_uid="memberships.note_change")
        standing_changed.connect(changes.tell_who_lost, dispatch_uid="memberships.tell_who_lost")
