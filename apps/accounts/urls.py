from django.urls import path

from apps.accounts import views

urlpatterns = [
    path("settings/tokens/", views.tokens, name="settings-tokens"),
    path("settings/tokens/<uuid:token_id>/revoke/", views.revoke, name="settings-token-revoke"),
]
