"""The default: one machine, servers from wheels, started by `make run`."""

from config.settings.base import *  # noqa: F403
