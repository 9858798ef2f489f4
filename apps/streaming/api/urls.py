from django.urls import path
from rest_framework.routers import SimpleRouter

from apps.streaming.api.again import BackfillView, EncodeAgainView
from apps.streaming.api.encoders import EncoderTestViewSet, RenditionViewSet
from apps.streaming.api.positions import PositionView
from apps.streaming.api.views import PlaybackView

router = SimpleRouter(use_regex_path=False)
router.register("encoders", EncoderTestViewSet, basename="encoder")
urlpatterns = [
    *router.urls,
    path("items/<uuid:item_id>/playback/", PlaybackView.as_view(), name="item-playback"),
    path("items/<uuid:item_id>/playback/position/", PositionView.as_view(), name="item-playback-position"),
    path("items/<uuid:item_id>/encode/", EncodeAgainView.as_view(), name="item-encode"),
    path("items/<uuid:item_id>/renditions/", RenditionViewSet.as_view({"get": "list"}), name="item-renditions"),
    path("streams/backfill/", BackfillView.as_view(), name="streams-backfill"),
]
