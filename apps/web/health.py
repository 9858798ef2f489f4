"""Is the shell there? One line for `manage.py doctor` and `/readyz`."""

from apps.core.health import Unwell
from apps.web.assets import MISSING, manifest


def check_assets() -> str:
    built = manifest()
    if built is None:
        raise Unwell(MISSING)
    return f"{len(built['files'])} built scripts, styles, fonts and icons are in place."
