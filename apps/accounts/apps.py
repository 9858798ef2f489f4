from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "apps.accounts"
    label = "accounts"

    def ready(self) -> None:
        from apps.accounts import rates_offered
        from apps.accounts.api import scheme  # noqa: F401

        rates_offered.offer()
