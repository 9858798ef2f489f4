from django.apps import AppConfig


class MembershipsConfig(AppConfig):
    name = "apps.memberships"
    label = "memberships"

    def ready(self) -> None:
        from allauth.account.signals import email_confirmed
        from allauth.socialaccount.signals import social_account_added

        from apps.accounts.registry import register_export, register_fact, register_known_address
        from apps.accounts.signals import email_proved
        from apps.core import bench, health
        from apps.jobs.signals import job_ending
        from apps.memberships import exports, exports_of_sources, kinds, settings_offered, sources_offered
        from apps.memberships.api.serializers import EntitlementsSerializer
        from apps.memberships.handlers import clock, links, sources  # noqa: F401
        from apps.memberships.health_of_sources import memberships_elsewhere
        from apps.memberships.identities import register_identities
        from apps.memberships.references import register_reference
        from apps.memberships.services import caps, changes, trial
        from apps.memberships.services.kofi.claim import (
            email_was_confirmed,
            email_was_proved,
            is_known_address,
        )
        from apps.memberships.signals import standing_changed
        from apps.memberships.standing import entitlements_of

        settings_offered.offer()
        sources_offered.offer()
        kinds.register_kinds()
        bench.register("memberships", "apps.memberships.bench.run")
        health.register("memberships", memberships_elsewhere)
        register_fact("entitlements", EntitlementsSerializer, entitlements_of)
        register_export("grants", exports.grants)
        register_export("gifts", exports.gifts)
        register_export("trials", exports.trials)
        register_export("patreon", exports_of_sources.patreon)
        register_export("kofi", exports_of_sources.kofi)
        register_identities(exports_of_sources.identities)
        register_reference("a tier at Patreon", exports_of_sources.patreon_refers)
        register_reference("a tier's name at Ko-fi", exports_of_sources.kofi_refers)
        register_known_address(is_known_address)

        # In this order: rows first, then what writes to topics.
        standing_changed.connect(caps.standing_has_changed, dispatch_uid="memberships.caps")
        standing_changed.connect(changes.note_change, dispatch_uid="memberships.note_change")
        standing_changed.connect(changes.tell_who_lost, dispatch_uid="memberships.tell_who_lost")
        job_ending.connect(sources.job_ends, dispatch_uid="memberships.job_ends")
        email_proved.connect(email_was_proved, dispatch_uid="memberships.email_was_proved")
        email_confirmed.connect(email_was_confirmed, dispatch_uid="memberships.email_was_confirmed")
        email_proved.connect(trial.address_was_proved, dispatch_uid="memberships.address_was_proved")
        social_account_added.connect(trial.account_was_linked, dispatch_uid="memberships.account_was_linked")
        links.listen()
