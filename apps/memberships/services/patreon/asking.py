"""Asking Patreon in a campaign's name: paced, with a good token, and once more where that has just become stale."""

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from apps.memberships.providers.patreon import wire
from apps.memberships.providers.patreon.documents import (
    CAMPAIGN_QUERY,
    MEMBER_QUERY,
    CampaignFacts,
    HookFacts,
    MemberFacts,
    Page,
    campaigns_of,
    hooks_of,
    member_of,
    page_of,
)
from apps.memberships.providers.patreon.errors import Away, Missing, Unauthorized
from apps.memberships.services.patreon.pace import hold_all, wait_for_turn
from apps.memberships.services.patreon.tokens import good_token, lost, renewed

_TRIES = 3


def _unchecked() -> None:
    """Nobody wants to stop this."""


class Asker:
    """`check` is asked while it waits, and may raise. Every method may raise Away, Unauthorized or Refused."""

    def __init__(self, campaign: UUID, check: Callable[[], None] = _unchecked) -> None:
        self._campaign = campaign
        self._check = check

    def campaign(self, campaign_id: str) -> CampaignFacts:
        document = self._ask("GET", f"/campaigns/{campaign_id}", params=CAMPAIGN_QUERY)
        found = next(campaigns_of(document), None)
        if found is None:
            raise Away("Patreon's answer has no campaign in it")
        return found

    def members(self, campaign_id: str, cursor: str, count: int) -> Page:
        asked = {**MEMBER_QUERY, "page[count]": str(count), **({"page[cursor]": cursor} if cursor else {})}
        document = self._ask("GET", f"/campaigns/{campaign_id}/members", params=asked)
        if not isinstance(document.get("data"), list):
            raise Away("Patreon's answer has no members in it")
        return page_of(document)

    def member(self, member_id: str) -> MemberFacts | None:
        """None where Patreon has no such member."""
        try:
            document = self._ask("GET", f"/members/{member_id}", params=MEMBER_QUERY)
        except Missing:
            return None
        found = member_of(document.get("data"))
        if found is None:
            raise Away("Patreon's answer has no member in it")
        return found

    def hooks(self) -> list[HookFacts]:
        document = self._ask("GET", "/webhooks")
        return list(hooks_of(document)) if isinstance(document.get("data"), list) else []

    def make_hook(self, campaign_id: str, uri: str, triggers: list[str]) -> HookFacts:
        attributes = {"triggers": triggers, "uri": uri}
        campaign = {"data": {"type": "campaign", "id": campaign_id}}
        data = {"type": "webhook", "attributes": attributes, "relationships": {"campaign": campaign}}
        return next(hooks_of(self._ask("POST", "/webhooks", body={"data": data})))

    def change_hook(self, hook_id: str, **attributes: Any) -> HookFacts:
        data = {"id": hook_id, "type": "webhook", "attributes": attributes}
        return next(hooks_of(self._ask("PATCH", f"/webhooks/{hook_id}", body={"data": data})))

    def remove_hook(self, hook_id: str) -> None:
        try:
            self._ask("DELETE", f"/webhooks/{hook_id}")
        except Missing:
            return

    def _ask(
        self, method: str, path: str, *, params: Mapping[str, Any] | None = None, body: Mapping[str, Any] | None = None
    ) -> dict[str, Any]:
        """A wait that Patreon asks for is kept; a stale token is renewed once, and then the connection is lost."""
        token = good_token(self._campaign)
        renewed_already = False
        for attempt in range(1, _TRIES + 1):
            wait_for_turn(self._campaign, self._check)
            try:
                return wire.call(method, path, token, params=params, body=body)
            except Unauthorized as error:
                if renewed_already:
                    lost(self._campaign, str(error))
                    raise
                token, renewed_already = renewed(self._campaign, instead_of=token), True
            except Away as error:
                if error.wait_s:
                    hold_all(self._campaign, error.wait_s)
                if not error.wait_s or attempt == _TRIES:
                    raise
        raise Away("Patreon did not get to an answer")
