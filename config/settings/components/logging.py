"""Logs go to stderr; whoever started the process (the supervisor, a container) keeps them and turns them over by size."""

from config.env import BadEnvironment, read_str

_FORMATTERS = {
    "line": {
        "()": "apps.core.log_lines.LineFormatter",
        "format": "{asctime} {levelname:<7} {name}: {message}",
        "style": "{",
    },
    "json": {"()": "apps.core.log_lines.JsonFormatter"},
}
LOG_FORMAT = read_str("LOG_FORMAT", "line") or "line"
if LOG_FORMAT not in _FORMATTERS:
    raise BadEnvironment("LOG_FORMAT", "line or json")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": _FORMATTERS,
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": LOG_FORMAT}},
    "root": {"handlers": ["stderr"], "level": read_str("BANDSTAND_LOG_LEVEL", "INFO")},
    "loggers": {"daphne": {"level": "WARNING"}, "httpx": {"level": "WARNING"}, "django.request": {"level": "ERROR"}},
}
