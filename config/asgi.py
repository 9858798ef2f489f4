"""The one server interface: HTTP to Django, sockets to the realtime hub."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.embedded")
os.environ.setdefault("BANDSTAND_DATABASE_POOL", "1")

from django.core.asgi import get_asgi_application

http = get_asgi_application()

from channels.auth import AuthMiddlewareStack
from channels.routing import ProtocolTypeRouter, URLRouter
from django.conf import settings

from apps.core.bodies import bound_daphne, bounded_bodies
from apps.core.realtime.origin import own_origin_only
from apps.core.realtime.pressure import expose_connection
from apps.core.realtime.urls import websocket_urlpatterns

bound_daphne(settings.LARGEST_BODY_BYTES)
application = expose_connection(
    ProtocolTypeRouter(
        {
            "http": bounded_bodies(http, settings.LARGEST_BODY_BYTES, {"Tus-Resumable": "1.0.0"}),
            "websocket": own_origin_only(AuthMiddlewareStack(URLRouter(websocket_urlpatterns))),
        }
    )
)
