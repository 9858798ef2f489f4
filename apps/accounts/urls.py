from django.urls import path

from apps.accounts.signin import pages
from apps.accounts.views import own_data, settings, tokens

urlpatterns = [
    path("settings/", settings.index, name="settings"),
    path("settings/account/", settings.account, name="settings-account"),
    path("settings/privacy/", settings.privacy, name="settings-privacy"),
    path("settings/security/", settings.security, name="settings-security"),
    path("settings/sessions/", pages.sessions, name="settings-sessions"),
    path("settings/sessions/others/end/", pages.end_others, name="settings-sessions-end"),
    path("settings/sessions/<int:session_id>/end/", pages.end_one, name="settings-session-end"),
    path("settings/tokens/", tokens.tokens, name="settings-tokens"),
    path("settings/tokens/<uuid:token_id>/show/", tokens.show, name="settings-token-show"),
    path("settings/tokens/<uuid:token_id>/revoke/", tokens.revoke, name="settings-token-revoke"),
    path("settings/data/", own_data.data, name="settings-data"),
    path("settings/data/export/", own_data.ask_export, name="settings-export"),
    path("settings/data/<uuid:export_id>/", own_data.fetch_export, name="settings-export-file"),
    path("settings/data/leave/", own_data.leave, name="settings-leave"),
]
