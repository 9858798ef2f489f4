from django.apps import AppConfig


class StreamingConfig(AppConfig):
    name = "apps.streaming"
    label = "streaming"

    def ready(self) -> None:
        from apps.accounts.registry import register_export
        from apps.accounts.signals import person_shut_out, sign_ins_ended, token_revoked
        from apps.core import bench, health, metrics
        from apps.jobs import upkeep
        from apps.jobs.enums import Queue
        from apps.jobs.signals import job_ending
        from apps.media.signals import asset_ready
        from apps.streaming import exported, figures
        from apps.streaming.handlers import collect, demo, encode, hardware, move, publish, sound, text  # noqa: F401
        from apps.streaming.handlers.ending import publication_ending
        from apps.streaming.handlers.move import move_wanted
        from apps.streaming.handlers.storyboard import storyboard_wanted
        from apps.streaming.services.ingest import asset_is_ready
        from apps.streaming.services.trust import examination_is_due
        from apps.streaming.settings_offered import offer
        from apps.streaming.signals import generation_published
        from apps.streaming.viewers import revoked, shut_out, signed_out
        from apps.streaming.vitals import encoders

        offer()
        metrics.register("streams", figures.collect)
        bench.register("streaming", "apps.streaming.bench.run")
        health.register("encoders", encoders)
        upkeep.register("encoders", "--due", queues=(Queue.CPU, Queue.GPU), due=examination_is_due)

        asset_ready.connect(asset_is_ready, dispatch_uid="streaming.asset_is_ready")
        job_ending.connect(publication_ending, dispatch_uid="streaming.publication_ending")
        generation_published.connect(storyboard_wanted, dispatch_uid="streaming.storyboard_wanted")
        generation_published.connect(move_wanted, dispatch_uid="streaming.move_wanted")
        register_export("positions", exported.positions)
        register_export("plays", exported.plays)
        person_shut_out.connect(shut_out, dispatch_uid="streaming.shut_out")
        sign_ins_ended.connect(signed_out, dispatch_uid="streaming.signed_out")
        token_revoked.connect(revoked, dispatch_uid="streaming.revoked")
