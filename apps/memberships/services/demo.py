"""Three tiers and a member of each, so that a new site shows what memberships do. Marked, and gone in one go.

Nobody can sign in as these members: they have no password. Staff look at the site as one of them (docs/howto/memberships.md).
"""

from django.db import transaction
from django.utils import timezone

from apps.accounts.models import User
from apps.core.models import new_id
from apps.memberships import ladder
from apps.memberships.enums import Source
from apps.memberships.models import Grant, Tier
from apps.memberships.references import references_to
from apps.memberships.services.grant import give

MARK = "demo:"  # what a grant of the demo is called by its source
_GB = 1 << 30

TIERS = (
    {
        "slug": "demo-bench",
        "title": "Park bench",
        "rank": 10,
        "summary": "A seat with a view of the stage.",
        "benefits": ["New pieces a day early", "Your name on the wall"],
        "price_cents": 300,
        "trial_days": 7,
        "largest_height": 720,
    },
    {
        "slug": "demo-front-row",
        "title": "Front row",
        "rank": 20,
        "summary": "Close enough to see the strings.",
        "benefits": ["New pieces three days early", "Rehearsals and sketches"],
        "price_cents": 700,
        "largest_height": 1080,
        "downloads": True,
    },
    {
        "slug": "demo-backstage",
        "title": "Backstage",
        "rank": 30,
        "summary": "Everything, and a word with the band.",
        "benefits": ["New pieces a week early", "Rehearsals and sketches", "Talks after the show"],
        "price_cents": 1500,
        "downloads": True,
        "storage_bytes": 100 * _GB,
        "jobs_at_once": 4,
    },
)
_PEOPLE = {"demo-bench": "Benny", "demo-front-row": "Frida", "demo-backstage": "Bruno"}


@transaction.atomic
def make_demo_members() -> int:
    """Makes what is missing of the tiers and members; returns how many members there are."""
    for fields in TIERS:
        tier, _ = Tier.objects.get_or_create(slug=fields["slug"], defaults={**fields, "currency": "EUR"})
        name = _PEOPLE[tier.slug]
        person = User.objects.filter(grants__source=Source.STAFF, grants__source_ref=f"{MARK}{tier.slug}").first()
        if person is None:
            person = User.objects.create_user(_free_name(name), display_name=f"{name} (demo)")
        give(
            person_id=person.pk,
            tier=tier,
            source=Source.STAFF,
            source_ref=f"{MARK}{tier.slug}",
            starts_at=timezone.now(),
            reason="A member of the demo",
        )
    ladder.forget()
    transaction.on_commit(ladder.forget)
    return len(TIERS)


def _free_name(name: str) -> str:
    """`benny-demo`, with a tail where somebody has this name."""
    wanted = f"{name.lower()}-demo"
    return wanted if not User.objects.filter(username__iexact=wanted).exists() else f"{wanted}-{new_id().hex[-8:]}"


@transaction.atomic
def remove_demo_members() -> int:
    """Deletes the members that have nothing but the demo's grant, and the tiers that nobody else has. Returns how many members."""
    grants = list(Grant.objects.filter(source=Source.STAFF, source_ref__startswith=MARK).order_by("person_id"))
    people = [grant.person_id for grant in grants]
    Grant.objects.filter(pk__in=[grant.pk for grant in grants]).delete()
    removed = 0
    for person in User.objects.filter(pk__in=people, role="member", last_login=None).exclude(grants__isnull=False):
        person.delete()
        removed += 1
    for tier in Tier.objects.filter(slug__in=[fields["slug"] for fields in TIERS]).exclude(grants__isnull=False):
        if not tier.gifts.exists() and not references_to(tier.pk):
            tier.delete()
    ladder.forget()
    transaction.on_commit(ladder.forget)
    return removed
