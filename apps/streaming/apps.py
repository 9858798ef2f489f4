from django.apps import AppConfig


class StreamingConfig(AppConfig):
    name = "apps.streaming"
    label = "streaming"

    def ready(self) -> None:
        from django.contrib.auth.signals import user_logged_out

        from apps.jobs.signals import job_ending
        from apps.streaming.handlers import collect, encode, publish, text  # noqa: F401
        from apps.streaming.handlers.ending import publication_ending
        from apps.streaming.handlers.storyboard import storyboard_wanted
        from apps.streaming.settings_offered import offer
        from apps.streaming.signals import generation_published
        from apps.streaming.viewers import signed_out

        offer()

        job_ending.connect(publication_ending, dispatch_uid="streaming.publication_ending")
        generation_published.connect(storyboard_wanted, dispatch_uid="streaming.storyboard_wanted")
        user_logged_out.connect(signed_out, dispatch_uid="streaming.signed_out")
