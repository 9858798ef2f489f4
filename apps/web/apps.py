from django.apps import AppConfig
from django.core.checks import register as register_check

from apps.core import bench, health
from apps.web.checks import assets_are_built
from apps.web.health import check_assets


class WebConfig(AppConfig):
    name = "apps.web"
    label = "web"

    def ready(self) -> None:
        from apps.accounts.signals import export_ready, role_changed
        from apps.web import telling

        telling.offer()
        export_ready.connect(telling.export_is_ready, dispatch_uid="web.export_is_ready")
        role_changed.connect(telling.role_has_changed, dispatch_uid="web.role_has_changed")
        register_check(assets_are_built)
        bench.register("web", "apps.web.bench.run")
        health.register("assets", check_assets)
