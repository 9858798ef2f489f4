from django.apps import AppConfig
from django.core.checks import register

from apps.core.providers import check_families


class CoreConfig(AppConfig):
    name = "apps.core"
    label = "core"

    def ready(self) -> None:
        from apps.core import metrics, metrics_view
        from apps.core.mail import letters_go_somewhere
        from apps.core.vitals import register_vitals

        metrics.setup()
        metrics_view.offer_settings()

        register_vitals()
        register(check_families)
        register(letters_go_somewhere, deploy=True)
