"""Whose settings page it is."""

from django.http import Http404, HttpRequest

from apps.accounts.models import User


def person_of(request: HttpRequest) -> User:
    person = request.user
    if not isinstance(person, User):  # login_required stands before every view that asks
        raise Http404
    return person
