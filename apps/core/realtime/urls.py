from django.urls import URLPattern, path

from apps.core.realtime.consumers import LiveConsumer
from apps.core.realtime.views import events

websocket_urlpatterns: list[URLPattern] = [path("ws/", LiveConsumer.as_asgi())]
urlpatterns: list[URLPattern] = [path("events/", events, name="events")]
