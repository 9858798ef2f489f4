from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    name = "apps.notifications"
    label = "notifications"

    def ready(self) -> None:
        from apps.accounts.registry import register_export
        from apps.notifications.exports import choices, told
        from apps.notifications.handlers import post  # noqa: F401

        register_export("notifications", told)
        register_export("notification_choices", choices)
