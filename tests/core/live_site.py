"""The site with two kinds of topics more, so that the hub is tested apart from the apps above it."""

import config.asgi
from apps.core.flags import Flag, has_flag
from apps.core.realtime.hub import register_topic

register_topic("open", lambda person, thing_id: True)
register_topic("staff", lambda person, thing_id: has_flag(person, Flag.MODERATE))

application = config.asgi.application
