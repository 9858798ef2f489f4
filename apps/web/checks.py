"""Django's system check for the asset build: a warning, so that database commands work before the first build."""

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.core import checks

from apps.web.assets import MISSING, manifest


def assets_are_built(app_configs: Sequence[AppConfig] | None = None, **_: Any) -> list[checks.CheckMessage]:
    del app_configs  # the build is the whole site's
    return [] if manifest() else [checks.Warning(MISSING, id="web.W001")]
