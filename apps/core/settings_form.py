"""The site settings as one form: each with the widget of its kind."""

from typing import Any

from django import forms
from unfold.widgets import (
    UnfoldAdminDecimalFieldWidget,
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminPasswordWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextInputWidget,
    UnfoldBooleanSwitchWidget,
)

from apps.core import site_settings
from apps.core.errors import Invalid
from apps.core.site_settings import Kind, Spec

_UNITS = {
    Kind.BYTES: "In bytes.",
    Kind.SECONDS: "In seconds.",
    Kind.SECRET: "Kept encrypted; empty keeps what is there.",
}


def field_for(spec: Spec) -> forms.Field:
    """A form field that lets through what the setting's own check accepts."""
    common: dict[str, Any] = {
        "label": spec.title,
        "help_text": " ".join(filter(None, [spec.help, _UNITS.get(spec.kind)])),
        "required": False,
    }
    match spec.kind:
        case Kind.SWITCH:
            return forms.BooleanField(widget=UnfoldBooleanSwitchWidget(), **common)
        case Kind.CHOICE:
            choices = list((spec.choices or {}).items())
            return forms.ChoiceField(choices=choices, widget=UnfoldAdminSelectWidget(), **common | {"required": True})
        case Kind.TEXT:
            return forms.CharField(widget=UnfoldAdminTextInputWidget(), **common)
        case Kind.SECRET:
            return forms.CharField(widget=UnfoldAdminPasswordWidget(), **common)
        case Kind.NUMBER:
            return forms.FloatField(widget=UnfoldAdminDecimalFieldWidget(), **common | {"required": True})
        case _:
            return forms.IntegerField(widget=UnfoldAdminIntegerFieldWidget(), **common | {"required": True})


class SiteSettingsForm(forms.Form):
    """All declared settings, with the values in force. `save` writes what has changed, one audit row for each."""

    def __init__(self, submitted: Any = None) -> None:
        self.specs = site_settings.specs()
        shown = {spec.key: site_settings.get(spec.key) for spec in self.specs if spec.kind is not Kind.SECRET}
        super().__init__(submitted, initial=shown)
        for spec in self.specs:
            self.fields[spec.key] = field_for(spec)

    def groups(self) -> list[tuple[str, list[tuple[forms.BoundField, bool]]]]:
        """`(group, [(field, whether staff have set it)])` for the page."""
        found: dict[str, list[tuple[forms.BoundField, bool]]] = {}
        for spec in self.specs:
            found.setdefault(spec.group, []).append((self[spec.key], site_settings.is_changed(spec.key)))
        return list(found.items())

    def clean(self) -> dict[str, Any]:
        for spec in self.specs:
            try:
                spec.clean(self.cleaned_data.get(spec.key, spec.default))
            except Invalid as error:
                self.add_error(spec.key, error.message)
        return self.cleaned_data

    def save(self, *, by: Any) -> int:
        """How many settings were changed."""
        changed = 0
        for spec in self.specs:
            value = self.cleaned_data[spec.key]
            kept = spec.kind is Kind.SECRET and not value
            if not kept and value != site_settings.get(spec.key):
                site_settings.set(spec.key, value, by=by)
                changed += 1
        return changed
