"""JSON:API as Patreon writes it: nothing but type and id unless it is asked for, and what is included once each."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from apps.core.models import new_id
from tests.stubs.patreon_world import Campaign, PatreonTier, Patron, Person

Fields = Mapping[str, frozenset[str]]
Asked = Mapping[str, list[str]]
INCLUDES = {
    "identity": {"memberships", "memberships.campaign", "memberships.currently_entitled_tiers", "campaign"},
    "campaign": {"tiers", "creator", "benefits", "goals"},
    "member": {"address", "campaign", "currently_entitled_tiers", "user", "pledge_history"},
}


class Refused(Exception):
    """An answer that is an error document. `more` are further members of the error."""

    def __init__(self, status: int, code_name: str, detail: str = "", **more: Any) -> None:
        super().__init__(code_name)
        self.status = status
        self.document = {
            "errors": [
                {
                    "code": 1,
                    "code_name": code_name,
                    "detail": detail or code_name,
                    "id": str(new_id()),
                    "status": str(status),
                    "title": code_name,
                    **more,
                }
            ]
        }
        self.headers: dict[str, str] = {}


class Document:
    """Collects what one answer holds. `see_emails`: whether the token's scopes show members' addresses."""

    def __init__(self, query: Asked, kind: str, *, see_emails: bool, everything: bool = False) -> None:
        self.everything = everything
        self.see_emails = see_emails
        self.include = set(_words(query.get("include", [])))
        unknown = self.include - INCLUDES[kind]
        if unknown:
            raise _bad_parameter("include", f"Invalid include: {min(unknown)}")
        self.fields: Fields = {
            name[7:-1]: frozenset(_words(values)) for name, values in query.items() if name.startswith("fields[")
        }
        self.included: dict[tuple[str, str], dict[str, Any]] = {}

    def resource(
        self, kind: str, key: str, attributes: Mapping[str, Any], relations: Mapping[str, Any]
    ) -> dict[str, Any]:
        wanted = frozenset(attributes) if self.everything else self.fields.get(kind, frozenset())
        unknown = wanted - frozenset(attributes)
        if unknown:
            raise _bad_parameter(f"fields[{kind}]", f"Invalid field: {min(unknown)}")
        made: dict[str, Any] = {
            "type": kind,
            "id": key,
            "attributes": {name: attributes[name] for name in wanted if self._may(kind, name)},
        }
        if relations:
            made["relationships"] = dict(relations)
        return made

    def _may(self, kind: str, name: str) -> bool:
        return name != "email" or kind != "member" or self.see_emails

    def add(self, made: dict[str, Any]) -> dict[str, str]:
        self.included[made["type"], made["id"]] = made
        return {"type": made["type"], "id": made["id"]}

    def tier(self, tier: PatreonTier) -> dict[str, Any]:
        return self.resource("tier", tier.id, tier.attributes(), {})

    def user(self, person: Person, **relations: Any) -> dict[str, Any]:
        return self.resource("user", person.id, person.attributes(), relations)

    def campaign(self, campaign: Campaign) -> dict[str, Any]:
        relations = {}
        if "tiers" in self.include or self.everything:
            relations["tiers"] = {"data": [self.add(self.tier(tier)) for tier in campaign.tiers.values()]}
        if "creator" in self.include:
            relations["creator"] = {"data": self.add(self.user(campaign.creator))}
        return self.resource("campaign", campaign.id, campaign.attributes(), relations)

    def member(self, member: Patron, campaign: Campaign, *, prefix: str = "", blank: bool = False) -> dict[str, Any]:
        """`blank`: as on the first of a month, while everybody is being charged."""
        relations: dict[str, Any] = {}
        if self._asked(prefix + "currently_entitled_tiers"):
            known = [campaign.tiers[key] for key in member.tiers if key in campaign.tiers and not blank]
            relations["currently_entitled_tiers"] = {"data": [self.add(self.tier(tier)) for tier in known]}
        if self._asked(prefix + "user") and not prefix:
            relations["user"] = {"data": self.add(self.user(member.person))}
        if self._asked(prefix + "campaign"):
            simple = self.resource("campaign", campaign.id, campaign.attributes(), {})
            relations["campaign"] = {"data": self.add(simple)}
        attributes = member.attributes()
        if blank:
            attributes["currently_entitled_amount_cents"] = 0
        return self.resource("member", member.id, attributes, relations)

    def _asked(self, name: str) -> bool:
        return self.everything or name in self.include

    def finished(self, data: Any, *, without_included: bool = False, **more: Any) -> dict[str, Any]:
        made = {"data": data, "links": {"self": "https://www.patreon.com/api/oauth2/v2"}, **more}
        if self.included and not without_included:
            made["included"] = list(self.included.values())
        return made


def page_of(rows: list[Any], query: Asked, most: int, made: Callable[[Any], Any]) -> tuple[list[Any], dict[str, Any]]:
    """One page of rows that have an id, and what `meta` says of it. The cursor names the last row that was given out."""
    count = int(query.get("page[count]", ["20"])[0])
    if not 1 <= count <= most:
        raise _bad_parameter("page[count]", f"page[count] must be between 1 and {most}")
    begin = _after(rows, query.get("page[cursor]", [""])[0])
    page = rows[begin : begin + count]
    after = f"after-{page[-1].id}" if begin + count < len(rows) and page else None
    return [made(row) for row in page], {"pagination": {"cursors": {"next": after}, "total": len(rows)}}


def _after(rows: list[Any], cursor: str) -> int:
    if not cursor:
        return 0
    key = cursor.removeprefix("after-")
    found = next((number for number, row in enumerate(rows) if row.id == key), None)
    if found is None:
        raise _bad_parameter("page[cursor]", "Invalid cursor")
    return found + 1


def _words(values: Iterable[str]) -> list[str]:
    return [word for value in values for word in value.split(",") if word]


def _bad_parameter(name: str, detail: str) -> Refused:
    return Refused(400, "ParameterInvalid", detail, source={"parameter": name})
