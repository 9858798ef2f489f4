from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "apps.accounts"
    label = "accounts"

    def ready(self) -> None:
        from allauth.socialaccount.providers import registry as services
        from django.contrib.auth.signals import user_logged_in

        from apps.accounts import exported, listening, rates_offered, registry
        from apps.accounts.api import scheme  # noqa: F401
        from apps.accounts.handlers import people
        from apps.accounts.services import activity
        from apps.accounts.signin.providers.github import GitHub
        from apps.accounts.signin.providers.google import Google
        from apps.accounts.signin.providers.openid import Oidc
        from apps.accounts.signin.providers.patreon import Patreon
        from apps.accounts.staying import signed_in
        from apps.jobs.signals import job_ending

        rates_offered.offer()
        activity.offer_settings()
        listening.listen()
        for provider in (Google, GitHub, Patreon, Oidc):
            services.register(provider)
        for name in ("account", "emails", "tokens", "activity", "jobs"):
            registry.register_export(name, getattr(exported, name))
        job_ending.connect(people.export_ending, dispatch_uid="accounts.export_ending")
        user_logged_in.connect(signed_in, dispatch_uid="accounts.stays")
