from django.urls import path

from apps.notifications import views

urlpatterns = [
    path("notifications/", views.index, name="notifications"),
    path("notifications/bell/", views.bell, name="notifications-bell"),
    path("notifications/read/", views.read_all, name="notifications-read"),
    path("notifications/<uuid:notification_id>/", views.go, name="notification-go"),
    path("notifications/<uuid:notification_id>/read/", views.read, name="notification-read"),
    path("notifications/stop/<str:token>/", views.stop, name="unsubscribe"),
    path("settings/notifications/", views.settings, name="settings-notifications"),
]
