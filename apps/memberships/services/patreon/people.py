"""Which of our people a patron is: whoever has signed in here as that user of Patreon. An address alone proves nothing."""

from collections.abc import Iterable
from uuid import UUID

from allauth.socialaccount.models import SocialAccount

PROVIDER = "patreon"


def people_of(user_ids: Iterable[str]) -> dict[str, UUID]:
    """Patreon's user id → our person. One query."""
    wanted = {user_id for user_id in user_ids if user_id}
    if not wanted:
        return {}
    known = SocialAccount.objects.filter(provider=PROVIDER, uid__in=wanted)
    return dict(known.values_list("uid", "user_id"))
