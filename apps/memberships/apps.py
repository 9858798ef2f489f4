from django.apps import AppConfig


class MembershipsConfig(AppConfig):
    name = "apps.memberships"
    label = "memberships"

    def ready(self) -> None:
        from allauth.account.signals import email_confirmed

        from apps.accounts.signals import email_proved
        from apps.core import bench, health
        from apps.jobs.signals import job_ending
        from apps.memberships import sources_offered
        from apps.memberships.handlers import links, sources
        from apps.memberships.health_of_sources import memberships_elsewhere
        from apps.memberships.services.kofi.claim import email_was_confirmed, email_was_proved
        from apps.memberships.settings_offered import offer

        offer()
        sources_offered.offer()
        bench.register("memberships", "apps.memberships.bench.run")
        health.register("memberships", memberships_elsewhere)
        job_ending.connect(sources.job_ends, dispatch_uid="memberships.job_ends")
        email_proved.connect(email_was_proved, dispatch_uid="memberships.email_was_proved")
        email_confirmed.connect(email_was_confirmed, dispatch_uid="memberships.email_was_confirmed")
        links.listen()
