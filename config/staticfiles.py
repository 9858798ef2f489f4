"""Django's static files, without the style sheet's sources: what is served is compiled from them (build/assets.mjs)."""

from django.contrib.staticfiles.apps import StaticFilesConfig


class CompiledStaticFilesConfig(StaticFilesConfig):
    ignore_patterns = [*StaticFilesConfig.ignore_patterns, "web/*.css"]
