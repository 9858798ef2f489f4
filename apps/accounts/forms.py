"""Forms of the settings pages."""

from django import forms

from apps.accounts.enums import USUAL_SCOPES, Scope

_MEANINGS = {
    Scope.READ: "Read: see what you can see",
    Scope.UPLOAD: "Upload: send files",
    Scope.WRITE: "Write: change what is yours",
    Scope.PLAY: "Play: open streams",
    Scope.ADMIN: "Administer: everything that you may do",
}


class TokenForm(forms.Form):
    name = forms.CharField(max_length=80, help_text="Where you will use it, so that you know which one to revoke.")
    scopes = forms.MultipleChoiceField(
        label="It may",
        choices=[(scope.value, sentence) for scope, sentence in _MEANINGS.items()],
        widget=forms.CheckboxSelectMultiple(attrs={"class": "choices"}),
        initial=list(USUAL_SCOPES),
        error_messages={"required": "Choose at least one thing that the token may do."},
    )
