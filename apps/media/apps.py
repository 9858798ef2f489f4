from django.apps import AppConfig


class MediaConfig(AppConfig):
    name = "apps.media"
    label = "media"

    def ready(self) -> None:
        from apps.media import encoders, room

        encoders.offer_setting()
        room.offer_setting()
        from apps.media.vitals import register_vitals

        register_vitals()
