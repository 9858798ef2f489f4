"""What apps and sources of members add to `/settings/membership/`.

    register_panel("patreon/panel.html", build)      in AppConfig.ready()

`build(person)` gives what the template needs, or None where there is nothing to show. The template is included below the
person's memberships with these names and the page's own; it is one `<c-card>` or the like, and posts to addresses of its app.
"""

from collections.abc import Callable, Mapping
from typing import Any

Build = Callable[[Any], Mapping[str, Any] | None]

_panels: dict[str, Build] = {}


def register_panel(template: str, build: Build) -> None:
    _panels[template] = build


def panels_of(person: Any) -> list[dict[str, Any]]:
    """`[{"template", …}]` in the order of registration."""
    built = ((template, build(person)) for template, build in _panels.items())
    return [{**shown, "template": template} for template, shown in built if shown is not None]
