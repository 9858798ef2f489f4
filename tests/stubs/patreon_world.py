"""What the stand-in for Patreon knows: people, campaigns with tiers and members, and who holds which token."""

import secrets
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from apps.core.models import new_id

PAID, DECLINED, PENDING = "Paid", "Declined", "Pending"
ACTIVE, DECLINED_PATRON, FORMER = "active_patron", "declined_patron", "former_patron"
MEMBER_TRIGGERS = (
    "members:create",
    "members:update",
    "members:delete",
    "members:pledge:create",
    "members:pledge:update",
    "members:pledge:delete",
)


def stamp(at: datetime | None) -> str | None:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000+00:00") if at else None


@dataclass
class Person:
    """Somebody with an account at Patreon."""

    id: str
    full_name: str
    email: str
    is_email_verified: bool = True

    def attributes(self) -> dict[str, object]:
        first, _, last = self.full_name.partition(" ")
        return {
            "about": None,
            "can_see_nsfw": False,
            "created": "2020-01-01T00:00:00.000+00:00",
            "email": self.email,
            "first_name": first,
            "last_name": last,
            "full_name": self.full_name,
            "hide_pledges": True,
            "image_url": f"https://img.example/{self.id}.png",
            "is_email_verified": self.is_email_verified,
            "is_creator": False,
            "like_count": 0,
            "social_connections": {"discord": None},
            "thumb_url": f"https://img.example/{self.id}-small.png",
            "url": f"https://www.patreon.com/user?u={self.id}",
            "vanity": None,
        }


@dataclass
class PatreonTier:
    id: str
    title: str
    amount_cents: int
    published: bool = True

    def attributes(self) -> dict[str, object]:
        return {
            "amount_cents": self.amount_cents,
            "created_at": "2020-01-01T00:00:00.000+00:00",
            "description": "",
            "discord_role_ids": None,
            "edited_at": "2020-01-01T00:00:00.000+00:00",
            "image_url": None,
            "patron_count": 0,
            "post_count": 0,
            "published": self.published,
            "published_at": "2020-01-01T00:00:00.000+00:00" if self.published else None,
            "remaining": None,
            "requires_shipping": False,
            "title": self.title,
            "unpublished_at": None,
            "url": f"/checkout/demo?rid={self.id}",
            "user_limit": None,
        }


@dataclass
class Patron:
    """A member of a campaign; amounts in the campaign's minor unit. `tiers` are ids."""

    id: str
    person: Person
    tiers: list[str] = field(default_factory=list)
    patron_status: str | None = ACTIVE
    last_charge_status: str | None = PAID
    last_charge_date: datetime | None = None
    next_charge_date: datetime | None = None
    currently_entitled_amount_cents: int = 0
    will_pay_amount_cents: int = 0
    pledge_relationship_start: datetime | None = None
    pledge_cadence: int | None = 1
    campaign_lifetime_support_cents: int = 0
    is_gifted: bool = False
    is_free_trial: bool = False
    note: str = ""

    def attributes(self) -> dict[str, object]:
        return {
            "campaign_lifetime_support_cents": self.campaign_lifetime_support_cents,
            "currently_entitled_amount_cents": self.currently_entitled_amount_cents,
            "email": self.person.email,
            "full_name": self.person.full_name,
            "is_follower": False,
            "is_free_trial": self.is_free_trial,
            "is_gifted": self.is_gifted,
            "last_charge_date": stamp(self.last_charge_date),
            "last_charge_status": self.last_charge_status,
            "lifetime_support_cents": self.campaign_lifetime_support_cents,
            "next_charge_date": stamp(self.next_charge_date),
            "note": self.note,
            "patron_status": self.patron_status,
            "pledge_cadence": self.pledge_cadence,
            "pledge_relationship_start": stamp(self.pledge_relationship_start),
            "will_pay_amount_cents": self.will_pay_amount_cents,
        }


@dataclass
class Campaign:
    """A creator's page."""

    id: str
    creator: Person
    vanity: str = "demo"
    tiers: dict[str, PatreonTier] = field(default_factory=dict)
    members: dict[str, Patron] = field(default_factory=dict)

    def attributes(self) -> dict[str, object]:
        return {
            "created_at": "2020-01-01T00:00:00.000+00:00",
            "creation_name": "music",
            "currency": "EUR",
            "image_small_url": "https://img.example/small.png",
            "image_url": "https://img.example/large.png",
            "is_charged_immediately": True,
            "is_monthly": True,
            "is_nsfw": False,
            "one_liner": None,
            "patron_count": len(self.members),
            "pay_per_name": None,
            "pledge_url": f"/join/{self.vanity}",
            "published_at": "2020-01-01T00:00:00.000+00:00",
            "summary": "",
            "url": f"https://www.patreon.com/{self.vanity}",
            "vanity": self.vanity,
        }

    def add_tier(self, tier_id: str, title: str, amount_cents: int, **more: object) -> PatreonTier:
        self.tiers[tier_id] = PatreonTier(tier_id, title, amount_cents, **more)  # type: ignore[arg-type]
        return self.tiers[tier_id]

    def add_member(self, person: Person, tier: PatreonTier | None = None, **more: object) -> Patron:
        """Somebody who has paid for a month, a week ago."""
        now = datetime.now(UTC).replace(microsecond=0)
        cents = tier.amount_cents if tier else 0
        usual: dict[str, object] = {
            "tiers": [tier.id] if tier else [],
            "last_charge_date": now - timedelta(days=7),
            "next_charge_date": now + timedelta(days=23),
            "currently_entitled_amount_cents": cents,
            "will_pay_amount_cents": cents,
            "pledge_relationship_start": now - timedelta(days=100),
        }
        member = Patron(str(new_id()), person, **{**usual, **more})  # type: ignore[arg-type]
        self.members[member.id] = member
        return member

    def add_crowd(self, count: int, tier: PatreonTier) -> Iterator[Patron]:
        """As many members with made-up names, quickly; their people have the ids `5000000…`."""
        for number in range(count):
            person = Person(str(5_000_000 + number), f"Patron {number}", f"patron{number}@example.org")
            yield self.add_member(person, tier)


@dataclass
class Client:
    """An app that is registered at Patreon. Without `redirect_uris` any address will do."""

    id: str
    secret: str
    owner: Person
    redirect_uris: list[str] = field(default_factory=list)


@dataclass
class Token:
    """An access token with what it may and how long, and the refresh token beside it."""

    access: str
    refresh: str
    person: Person
    client: Client
    scopes: frozenset[str]
    expires_at: float
    refresh_used: bool = False

    @property
    def expired(self) -> bool:
        return time.time() >= self.expires_at


def new_token(person: Person, client: Client, scopes: frozenset[str], life_s: float) -> Token:
    pair = (f"pat_at_{secrets.token_hex(8)}", f"pat_rt_{secrets.token_hex(8)}")
    return Token(*pair, person=person, client=client, scopes=scopes, expires_at=time.time() + life_s)


def demo_campaign() -> Campaign:
    """River pays for Backstage, Robin for Front row, Fern is there for free."""
    creator = Person("90000001", "Olive Example", "olive@example.org")
    campaign = Campaign("700001", creator)
    campaign.add_tier("4400001", "Free", 0)
    front = campaign.add_tier("4400122", "Front row", 300)
    backstage = campaign.add_tier("4400123", "Backstage", 500)
    campaign.add_member(Person("91234567", "River Example", "river@example.org"), backstage)
    campaign.add_member(Person("91234568", "Robin Sample", "robin@example.org", is_email_verified=False), front)
    free = {"patron_status": None, "last_charge_status": None, "last_charge_date": None, "next_charge_date": None}
    campaign.add_member(Person("91234569", "Fern Nothing", "fern@example.org"), campaign.tiers["4400001"], **free)
    return campaign
