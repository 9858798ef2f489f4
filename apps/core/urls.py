from django.urls import URLPattern, URLResolver, include, path

from apps.core import metrics_view, views

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", views.healthz, name="healthz"),
    path("metrics", metrics_view.figures, name="metrics"),
    path("readyz", views.readyz, name="readyz"),
    path("", include("apps.core.realtime.urls")),
]
