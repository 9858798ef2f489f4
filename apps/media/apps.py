from django.apps import AppConfig


class MediaConfig(AppConfig):
    name = "apps.media"
    label = "media"

    def ready(self) -> None:
        from apps.media import handlers  # noqa: F401
        from apps.media.encoders import offer_setting

        offer_setting()
        from apps.media.vitals import register_vitals

        register_vitals()
