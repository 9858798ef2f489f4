"""Which static files are served. What the asset build compiles (style sheets for Tailwind) is only its source."""

from django.contrib.staticfiles.apps import StaticFilesConfig


class ServedFiles(StaticFilesConfig):
    ignore_patterns = [*StaticFilesConfig.ignore_patterns, "web/site.css", "web/css"]
