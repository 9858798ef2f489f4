"""Every address of the site, by app. The public contract is written down in docs/architecture.md."""

from allauth.account.decorators import secure_admin_login
from django.conf import settings
from django.contrib import admin
from django.urls import include, path

from apps.core.api_document import SchemaView

# One way to sign in, with its rate limits: the admin has no door of its own.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]

api = [
    path("", include("apps.jobs.api.urls")),
    path("", include("apps.accounts.api.urls")),
    path("", include("apps.notifications.api.urls")),
    path("", include("apps.memberships.api.urls")),
    path("", include("apps.media.api.urls")),
    path("", include("apps.catalog.api.urls")),
    path("", include("apps.streaming.api.urls")),
]

urlpatterns = [
    path(settings.ADMIN_PATH, admin.site.urls),
    path("api/v1/", include((api, "api"))),
    path("api/schema/", SchemaView.as_view(), name="api-schema"),
    path("", include("apps.accounts.doors")),
    path("", include("apps.core.urls")),
    path("", include("apps.accounts.urls")),
    path("", include("apps.notifications.urls")),
    path("", include("apps.memberships.urls")),
    path("", include("apps.jobs.urls")),
    path("", include("apps.catalog.urls")),
    path("", include("apps.streaming.urls")),
    path("", include("apps.memberships.source_urls")),
    path("", include("apps.web.urls")),
]

handler400 = "apps.web.views.errors.bad_request"
handler403 = "apps.web.views.errors.permission_denied"
handler404 = "apps.web.views.errors.not_found"
handler429 = "apps.web.views.errors.too_many"
handler500 = "apps.web.views.errors.server_error"
