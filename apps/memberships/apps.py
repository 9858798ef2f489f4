from django.apps import AppConfig


class MembershipsConfig(AppConfig):
    name = "apps.memberships"
    label = "memberships"

    def ready(self) -> None:
        from apps.memberships.settings_offered import offer

        offer()
