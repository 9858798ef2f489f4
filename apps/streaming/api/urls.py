from django.urls import path

from apps.streaming.api.views import PlaybackView

urlpatterns = [path("items/<uuid:item_id>/playback/", PlaybackView.as_view(), name="item-playback")]
