from django.urls import URLPattern, URLResolver, include, path

from apps.core import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", views.healthz, name="healthz"),
    path("readyz", views.readyz, name="readyz"),
    path("", include("apps.core.realtime.urls")),
]
