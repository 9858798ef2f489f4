from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "apps.accounts"
    label = "accounts"

    def ready(self) -> None:
        from allauth.socialaccount.providers import registry

        from apps.accounts import listening, rates_offered
        from apps.accounts.api import scheme  # noqa: F401
        from apps.accounts.signin.providers.github import GitHub
        from apps.accounts.signin.providers.google import Google
        from apps.accounts.signin.providers.openid import Oidc
        from apps.accounts.signin.providers.patreon import Patreon

        rates_offered.offer()
        listening.listen()
        for provider in (Google, GitHub, Patreon, Oidc):
            registry.register(provider)
