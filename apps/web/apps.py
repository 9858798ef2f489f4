from django.apps import AppConfig
from django.core.checks import register as register_check

from apps.core import bench, health
from apps.web.checks import assets_are_built
from apps.web.health import check_assets


class WebConfig(AppConfig):
    name = "apps.web"
    label = "web"

    def ready(self) -> None:
        register_check(assets_are_built)
        bench.register("web", "apps.web.bench.run")
        health.register("assets", check_assets)
