from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    name = "apps.notifications"
    label = "notifications"

    def ready(self) -> None:
        from apps.accounts.registry import register_export
        from apps.notifications.exported import told

        register_export("notifications", told)
