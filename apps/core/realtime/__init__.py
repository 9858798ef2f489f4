"""What happened, told to whoever follows it. See `publish` and `push` in `apps.core.realtime.hub`."""
