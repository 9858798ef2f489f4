"""The ways to the services and back, as allauth calls them."""

from django.urls import path

from apps.accounts.signin.providers import openid
from apps.accounts.signin.providers.careful import callback_view, login_view
from apps.accounts.signin.providers.github import GitHubAdapter
from apps.accounts.signin.providers.google import GoogleAdapter
from apps.accounts.signin.providers.patreon import PatreonAdapter

urlpatterns = [
    path("oidc/<slug:provider_id>/login/", openid.login, name="openid_connect_login"),
    path("oidc/<slug:provider_id>/login/callback/", openid.callback, name="openid_connect_callback"),
]
for _adapter in (GoogleAdapter, GitHubAdapter, PatreonAdapter):
    _name = _adapter.provider_id
    urlpatterns += [
        path(f"{_name}/login/", login_view(_adapter), name=f"{_name}_login"),
        path(f"{_name}/login/callback/", callback_view(_adapter), name=f"{_name}_callback"),
    ]
