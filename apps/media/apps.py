from django.apps import AppConfig


class MediaConfig(AppConfig):
    name = "apps.media"
    label = "media"

    def ready(self) -> None:
        from apps.media import encoders, handlers, room  # noqa: F401

        encoders.offer_setting()
        room.offer_setting()
        from apps.media.vitals import register_vitals

        register_vitals()
