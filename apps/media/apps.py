from django.apps import AppConfig


class MediaConfig(AppConfig):
    name = "apps.media"
    label = "media"

    def ready(self) -> None:
        from apps.accounts.registry import register_export
        from apps.accounts.signals import person_leaving
        from apps.core import metrics
        from apps.core.realtime.hub import register_topic
        from apps.jobs.signals import job_ending
        from apps.media import encoders, exported, figures, panels, room
        from apps.media.handlers import files, move  # noqa: F401
        from apps.media.services.uploads.remove import person_leaves
        from apps.media.settings_offered import offer_upload_settings
        from apps.media.topics import may_follow_upload
        from apps.media.vitals import register_vitals
        from apps.memberships.panels import register_panel

        register_export("uploads", exported.uploads)
        register_export("files", exported.files)
        person_leaving.connect(person_leaves, dispatch_uid="media.person_leaves")
        encoders.offer_setting()
        room.offer_setting()
        offer_upload_settings()
        register_vitals()
        register_panel("media/room_panel.html", panels.room)
        register_topic("upload", may_follow_upload)
        metrics.register("uploads", figures.collect)
        job_ending.connect(files.check_ending, dispatch_uid="media.check_ending")
