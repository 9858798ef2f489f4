from django.urls import path

from apps.accounts import views
from apps.accounts.signin import pages

urlpatterns = [
    path("settings/sign-in/", pages.overview, name="settings-sign-in"),
    path("settings/sessions/", pages.sessions, name="settings-sessions"),
    path("settings/sessions/others/end/", pages.end_others, name="settings-sessions-end"),
    path("settings/sessions/<int:session_id>/end/", pages.end_one, name="settings-session-end"),
    path("settings/tokens/", views.tokens, name="settings-tokens"),
    path("settings/tokens/<uuid:token_id>/revoke/", views.revoke, name="settings-token-revoke"),
]
