"""Tags and filters of the shell; built into every template (config/settings/components/templates.py)."""

import zlib

from django import template
from django.forms import BoundField, CheckboxInput, CheckboxSelectMultiple, FileInput, RadioSelect, Select
from django.utils.safestring import SafeString

from apps.core.flags import Flag, has_flag
from apps.jobs.pages import title_of
from apps.web.assets import asset_url

register = template.Library()
TONES = 6


@register.simple_tag
def asset(name: str) -> str:
    """The URL of something that the build made: `{% asset 'site.css' %}`."""
    return asset_url(name)


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
def tone(thing: object) -> int:
    """A lasting number from 1 to 6 for a thing's id: which of the cover's tones it wears."""
    return zlib.crc32(str(thing).encode()) % TONES + 1


@register.filter
def job_title(kind: str) -> str:
    """What a kind of work is called."""
    return title_of(kind)
