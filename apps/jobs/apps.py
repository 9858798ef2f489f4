from django.apps import AppConfig


class JobsConfig(AppConfig):
    name = "apps.jobs"
    label = "jobs"

    def ready(self) -> None:
        from apps.core import bench, health, metrics
        from apps.core.realtime import hub
        from apps.jobs import figures, following, settings_offered, vitals

        settings_offered.offer()
        hub.register_topic("job", following.may_follow)
        bench.register("jobs", "apps.jobs.bench.run")
        metrics.register("jobs", figures.collect)
        health.register("workers", vitals.workers)
        health.register("backlog", vitals.backlog)
