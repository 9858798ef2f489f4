from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "apps.accounts"
    label = "accounts"

    def ready(self) -> None:
        from django.contrib.auth.signals import user_logged_in

        from apps.accounts import exported, rates_offered, registry
        from apps.accounts.api import scheme  # noqa: F401
        from apps.accounts.handlers import people
        from apps.accounts.services import activity
        from apps.accounts.staying import signed_in
        from apps.jobs.signals import job_ending

        rates_offered.offer()
        activity.offer_settings()
        for name in ("account", "emails", "tokens", "activity", "jobs"):
            registry.register_export(name, getattr(exported, name))
        job_ending.connect(people.export_ending, dispatch_uid="accounts.export_ending")
        user_logged_in.connect(signed_in, dispatch_uid="accounts.stays")
