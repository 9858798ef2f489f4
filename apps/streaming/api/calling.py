"""Who it is that plays by the API: a token, an app's sign-in, or a browser."""

from rest_framework.request import Request

from apps.accounts.api.authentication import AppSession
from apps.accounts.models import PersonalToken
from apps.streaming.viewers import Known, known_viewer


def known_caller(request: Request) -> Known:
    """Raises TooMany where an address sends very many new visitors."""
    auth = request.auth
    return known_viewer(
        request,
        token_id=auth.pk if isinstance(auth, PersonalToken) else None,
        app_key=auth.key if isinstance(auth, AppSession) else "",
    )
