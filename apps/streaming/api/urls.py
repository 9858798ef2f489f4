from django.urls import path

from apps.streaming.api.again import BackfillView, EncodeAgainView
from apps.streaming.api.views import PlaybackView

urlpatterns = [
    path("items/<uuid:item_id>/playback/", PlaybackView.as_view(), name="item-playback"),
    path("items/<uuid:item_id>/encode/", EncodeAgainView.as_view(), name="item-encode"),
    path("streams/backfill/", BackfillView.as_view(), name="streams-backfill"),
]
