"""What somebody can be told by who comes again with another account: for what there is once for each person.

register_identities(lambda person: [f"patreon:{user_id}"])      in AppConfig.ready(), by a source of members
"""

import hashlib
from collections.abc import Callable, Iterable
from typing import Any

from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount

from apps.memberships.models import KofiSupporter

_sources: list[Callable[[Any], Iterable[str]]] = []


def register_identities(identities: Callable[[Any], Iterable[str]]) -> None:
    """`identities(person)` gives `<source>:<id>` for each account elsewhere that is known to be theirs."""
    if identities not in _sources:
        _sources.append(identities)


def identities_of(person: Any) -> list[str]:
    """All of them, sorted: the account, proved addresses and those that payments came from, accounts elsewhere that are linked
    (`patreon:<user id>`), and what sources add. Addresses are hashed: the list outlives the account. Three queries.
    """
    addresses = {person.email, *EmailAddress.objects.filter(user=person, verified=True).values_list("email", flat=True)}
    addresses.update(KofiSupporter.objects.filter(person=person).values_list("email", flat=True))
    linked = SocialAccount.objects.filter(user=person).values_list("provider", "uid")
    found = {f"person:{person.pk}", *(f"{provider}:{uid}" for provider, uid in linked)}
    found.update(f"email:{digest_of(address)}" for address in addresses if address)
    for source in _sources:
        found.update(source(person))
    return sorted(found)


def digest_of(email: str) -> str:
    """SHA-256 of the mailbox that an address leads to: without case, and without what follows a plus."""
    name, _, host = email.strip().lower().rpartition("@")
    return hashlib.sha256(f"{name.partition('+')[0]}@{host}".encode()).hexdigest()
