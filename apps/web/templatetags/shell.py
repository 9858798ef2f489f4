"""Tags and filters of the shell; built into every template (config/settings/components/templates.py)."""

from functools import lru_cache
from typing import Any

from django import template
from django.conf import settings
from django.forms import BoundField, CheckboxInput, CheckboxSelectMultiple, FileInput, RadioSelect, Select
from django.template import Context
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from apps.accounts.actions import title_of as title_of_action
from apps.accounts.avatars import avatar_url
from apps.accounts.models import User
from apps.accounts.permissions import can_see_profile
from apps.catalog.covers import Cover
from apps.catalog.enums import PLAYS
from apps.catalog.models import Collection, Item
from apps.core.flags import Flag, has_flag
from apps.jobs.pages import title_of
from apps.web.assets import asset_url, build_stamp
from apps.web.badges import badge_for, badge_html
from apps.web.drawn import BLANK, drawn_cover
from apps.web.navigation import settings_places
from apps.web.playable import playable as told

register = template.Library()


@register.simple_tag
def asset(name: str) -> str:
    """The URL of something that the build made: `{% asset 'site.css' %}`."""
    return asset_url(name)


@register.simple_tag
def fixed(name: str) -> SafeString:
    """A part of the shell that is the same for everybody, whatever the page: rendered once for each build."""
    return render_to_string(name) if settings.DEBUG else _fixed(name, build_stamp())


@lru_cache(maxsize=16)
def _fixed(name: str, _build: int | None) -> SafeString:
    return render_to_string(name)


@register.filter
def can(person: object, flag: str) -> bool:
    """Whether a person carries a flag: `{% if user|can:"operate" %}`."""
    return has_flag(person, Flag(flag))


@register.filter
def styled(field: BoundField) -> SafeString:
    """A form field's widget with the classes of our controls."""
    widget = field.field.widget
    if isinstance(widget, CheckboxSelectMultiple | RadioSelect):
        return field.as_widget()
    if isinstance(widget, CheckboxInput):
        return field.as_widget(attrs={"class": "checkbox"})
    if isinstance(widget, FileInput):
        return field.as_widget(attrs={"class": "file-input"})
    return field.as_widget(attrs={"class": "select" if isinstance(widget, Select) else "input"})


@register.filter
def is_checkbox(field: BoundField) -> bool:
    return isinstance(field.field.widget, CheckboxInput)


@register.filter
def clock(milliseconds: float | None) -> str:
    """A length as people read it: 62000 → 1:02, 3723000 → 1:02:03; nothing for an unknown length."""
    if milliseconds is None:
        return ""
    minutes, seconds = divmod(round(milliseconds / 1000), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"


@register.filter
def pause(seconds: int) -> str:
    """How long to wait, as people say it: 20 → 20 seconds, 61 → 2 minutes."""
    if seconds < 60:
        return f"{seconds} second{'' if seconds == 1 else 's'}"
    minutes = -(-seconds // 60)
    return f"{minutes} minute{'' if minutes == 1 else 's'}"


@register.inclusion_tag("web/shell/cover.html")
def cover(
    item: Item | None = None, sizes: str = "(min-width: 40rem) 22rem, 100vw", looks: str = "", *, bare: bool = False
) -> dict[str, Any]:
    """An item's picture, or its drawn cover: `{% cover item sizes="100vw" %}`; a blank one of nothing: `{% cover %}`.

    `bare`: without its length and a sign to play. `looks`: a class of its own.
    """
    if item is None:
        return {"drawn": BLANK, "covers": asset_url("covers.svg")}
    return {
        "picture": item.picture,
        "drawn": drawn_cover(item.pk, item.title),
        "label": "" if bare else clock(item.duration_ms or None),
        "plays": not bare and item.state in PLAYS,
        "sizes": sizes,
        "looks": looks,
        "covers": asset_url("covers.svg"),
        "icons": asset_url("icons.svg"),
    }


@register.inclusion_tag("web/shell/avatar.html", takes_context=True)
def avatar(context: Context, person: User, width: int = 96, *, large: bool = False) -> dict[str, Any]:
    """Somebody's picture if the viewer may see it, else a drawn one: `{% avatar person %}`."""
    seen = bool(person.avatar) and can_see_profile(context.get("user"), person)
    return {
        "url": avatar_url(person.pk, person.avatar, 320 if large else width) if seen else "",
        "drawn": drawn_cover(person.pk, person.name),
        "large": large,
    }


@register.inclusion_tag("web/settings/nav.html", takes_context=True)
def settings_nav(context: Context) -> dict[str, Any]:
    """The navigation that all settings pages share."""
    return {"places": settings_places(context["request"].path)}


@register.filter
def action_title(action: str) -> str:
    """What a line of the activity is called."""
    return title_of_action(action)


@register.inclusion_tag("web/shell/cover.html")
def collection_cover(
    collection: Collection, picture: Cover | None = None, sizes: str = "(min-width: 40rem) 22rem, 100vw"
) -> dict[str, Any]:
    """A collection wears the picture of what lives in it, or a drawn cover: `{% collection_cover collection picture %}`."""
    return {
        "picture": picture,
        "drawn": drawn_cover(collection.pk, collection.title),
        "label": collection.get_kind_display(),
        "sizes": sizes,
        "covers": asset_url("covers.svg"),
        "icons": asset_url("icons.svg"),
    }


@register.simple_tag(takes_context=True)
def access_badge(context: template.Context, item: Item | Collection, looks: str = "") -> SafeString:
    """What a card says where its thing is shut for whoever looks: `{% access_badge item %}`, `looks="icon"` where it is narrow.

    Its place is there in any case, so that the badge can come and go (static/web/shell/badges.js). No query, as long as the
    thing was read with its `access`.
    """
    return badge_html(item, badge_for(context["request"], item), looks=looks)


@register.filter
def playable(item: Item, scene: str = "player") -> dict[str, Any]:
    """What the player is told of an item: `{{ item|playable:stage.scene|json_script }}`."""
    return told(item, preview=scene == "preview")


@register.filter
def job_title(kind: str) -> str:
    """What a kind of work is called."""
    return title_of(kind)
