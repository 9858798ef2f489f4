from django.urls import path
from rest_framework.routers import SimpleRouter

from apps.accounts.api import views
from apps.accounts.api.people import PeopleViewSet

router = SimpleRouter(use_regex_path=False)
router.register("people", PeopleViewSet, basename="person")
urlpatterns = [
    *router.urls,
    path("me/", views.MeView.as_view(), name="me"),
    path("tokens/", views.TokenListView.as_view(), name="token-list"),
    path("tokens/<uuid:token_id>/", views.TokenView.as_view(), name="token-detail"),
]
