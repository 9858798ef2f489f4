from django.urls import path, re_path

from apps.accounts.signin import pages
from apps.accounts.views import avatars, own_data, settings, tokens

_PERSON = r"(?P<person_id>[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})"

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
    # Only this shape of path exists; the expression sees the decoded path and must match all of it.
    re_path(
        rf"^avatars/{_PERSON}/(?P<key>[0-9a-f]{{16}})-(?P<width>[1-9][0-9]{{0,3}})\.webp\Z",
        avatars.avatar_file,
        name="avatar",
    ),
]
