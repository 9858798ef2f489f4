#!/usr/bin/env python
"""Bandstand's command line: `manage.py help` lists the verbs."""

import os
import sys
from pathlib import Path

KNOWN = ((3, 11), (3, 12))


def main() -> None:
    if sys.version_info[:2] not in KNOWN:
        sys.exit("Bandstand needs Python 3.11 or 3.12; this is Python %d.%d.%d." % sys.version_info[:3])  # noqa: UP031
    from django.core.management import execute_from_command_line
    from django.db import OperationalError

    from apps.core.embedded.dotenv import load_file

    load_file(Path(__file__).parent / ".env")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.embedded")
    try:
        execute_from_command_line(sys.argv)
    except KeyboardInterrupt:
        sys.exit(130)
    except OperationalError as error:
        if "--traceback" in sys.argv:
            raise
        from apps.core.embedded.away import explain

        sys.exit(explain(error))


if __name__ == "__main__":
    main()
