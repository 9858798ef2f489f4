from channels.security.websocket import WebsocketDenier
from django.urls import URLPattern, path, re_path

from apps.core.realtime.consumers import LiveConsumer
from apps.core.realtime.views import events

# Sockets to anywhere else are refused; without the last line Channels would crash on them.
websocket_urlpatterns: list[URLPattern] = [path("ws/", LiveConsumer.as_asgi()), re_path("", WebsocketDenier.as_asgi())]
urlpatterns: list[URLPattern] = [path("events/", events, name="events")]
