"""Every page of the site, once: read by the walk for accessibility and policies, and by `make screenshots`.

Add a line to `_SHOWN` for a new page; what must be in the database for it comes into `stage_set`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.test import Client
from django.utils import timezone

from apps.accounts.models import SignInProvider, User
from apps.accounts.services.activity import record
from apps.accounts.services.profile import edit_profile
from apps.accounts.services.tokens import create_token
from apps.catalog.access import viewer_of
from apps.catalog.enums import Kind, State
from apps.catalog.models import Collection, Item
from apps.catalog.services.collections import create_collection, set_items
from apps.memberships.models import Tier
from apps.memberships.services.gifts import make_gift
from apps.memberships.services.grant import revoke
from apps.notifications.services.notify import notify
from apps.streaming.enums import RenditionKind
from apps.streaming.models import PlaybackPosition, Rendition
from apps.streaming.webvtt import Cue, write_cues
from tests.browser.sources import source_things
from tests.catalog.making import SIGNED_IN, access, step
from tests.memberships.making import make_grant, make_tier
from tests.streaming.making import make_stream
from tests.web.making import make_item, make_job

TITLES = (
    "The harbour at four",
    "Letters from Lisbon",
    "Third rehearsal",
    "Rain, and what came after",
    "Night bus",
    "Ålesund",
    "A walk through the empty opera house, and a long title",
    "Bells",
)
_DAY = timedelta(days=1)
_CHAPTERS = [{"start_ms": 0, "title": "Tuning"}, {"start_ms": 24_000, "title": "The first song"}]
_SPEAKERS = ("Maren", "The harbour master")
_SAID = (
    "When do the boats come in?",
    "At four, if the wind lets them.",
    "Then they lie here until the morning, and nobody says a word.",
    "We have recorded all of it.",
    "You can hear the ropes, and far away somebody who sings.",
)
_TAGS = {"artist": "The Quiet Four", "album": "Evenings", "date": "2024"}


# Scripts have done what they do at once: fonts are there, and the upload page shows its buttons.
SETTLED = "document.fonts.status === 'loaded' && !document.querySelector('[data-uploads-page]:not([data-ready]), .htmx-request')"


class Who(StrEnum):
    """Who looks: nobody in particular, or the team's Maren, who may do everything."""

    VISITOR = "visitor"
    TEAM = "team"


@dataclass(frozen=True)
class Shown:
    """A page: `status` is what it answers, `path` may name things of the stage set (`{item}`)."""

    name: str
    path: str
    who: Who = Who.TEAM
    status: int = 200


_SHOWN = (
    Shown("home", "/"),
    Shown("home-visitor", "/", Who.VISITOR),
    Shown("browse", "/browse/"),
    Shown("browse-kind", "/browse/?kind=track&sort=oldest"),
    Shown("browse-nothing", "/browse/?kind=channel", Who.VISITOR),
    Shown("item", "{item}"),
    Shown("item-transcript", "{spoken}?transcript="),
    Shown("item-locked", "{locked}", Who.VISITOR),
    Shown("item-locked-tier", "{shut}", Who.VISITOR),
    Shown("item-early", "{early}", Who.VISITOR),
    Shown("item-preview", "{preview}", Who.VISITOR),
    Shown("collection", "{album}", Who.VISITOR),
    Shown("collections", "/browse/collections/", Who.VISITOR),
    Shown("item-preparing", "{preparing}"),
    Shown("item-failed", "{failed}"),
    Shown("sign-in", "/accounts/login/", Who.VISITOR),
    Shown("sign-up", "/accounts/signup/", Who.VISITOR),
    Shown("reset-password", "/accounts/password/reset/", Who.VISITOR),
    Shown("reset-password-sent", "/accounts/password/reset/done/", Who.VISITOR),
    Shown("reset-password-stale", "/accounts/password/reset/key/1-set-password/", Who.VISITOR),
    Shown("reset-password-done", "/accounts/password/reset/key/done/", Who.VISITOR),
    Shown("confirm-email", "/accounts/confirm-email/", Who.VISITOR),
    Shown("confirm-email-stale", "/accounts/confirm-email/nothing/", Who.VISITOR),
    Shown("inactive", "/accounts/inactive/", Who.VISITOR),
    Shown("email", "/accounts/email/"),
    Shown("password", "/accounts/password/change/"),
    Shown("reauthenticate", "/accounts/reauthenticate/"),
    Shown("sign-out", "/accounts/logout/"),
    Shown("code", "/accounts/login/code/", Who.VISITOR),
    Shown("kofi", "/accounts/kofi/", Who.VISITOR),
    Shown("service", "/accounts/google/login/", Who.VISITOR),
    Shown("service-failed", "/accounts/3rdparty/login/error/", Who.VISITOR, 401),
    Shown("service-cancelled", "/accounts/3rdparty/login/cancelled/", Who.VISITOR),
    Shown("sessions", "/settings/sessions/"),
    Shown("linked", "/accounts/3rdparty/"),
    Shown("second-factor", "/accounts/2fa/"),
    Shown("second-factor-app", "/accounts/2fa/totp/activate/"),
    Shown("passkeys", "/accounts/2fa/webauthn/"),
    Shown("passkey-add", "/accounts/2fa/webauthn/add/"),
    Shown("upload", "/studio/upload/"),
    Shown("api", "/api/", Who.VISITOR),
    Shown("studio", "/studio/"),
    Shown("studio-item", "/studio/items/{item_id}/"),
    Shown("studio-policy", "/studio/items/{early_id}/"),
    Shown("studio-why", "/studio/items/{early_id}/access/?person={somebody}"),
    Shown("studio-collections", "/studio/collections/"),
    Shown("studio-collection-new", "/studio/collections/new/"),
    Shown("studio-collection", "/studio/collections/{album_id}/?q=bus"),
    Shown("studio-preparing", "/studio/items/{preparing_id}/"),
    Shown("studio-failed", "/studio/items/{failed_id}/"),
    Shown("tokens", "/settings/tokens/"),
    Shown("settings-profile", "/settings/profile/"),
    Shown("settings-account", "/settings/account/"),
    Shown("settings-security", "/settings/security/"),
    Shown("settings-privacy", "/settings/privacy/"),
    Shown("settings-data", "/settings/data/"),
    Shown("settings-leave", "/settings/data/leave/"),
    Shown("profile", "{person}", Who.VISITOR),
    Shown("people", "/studio/people/"),
    Shown("person", "/studio/people/{person_id}/"),
    Shown("activity", "/studio/activity/"),
    Shown("studio-patreon", "/studio/memberships/patreon/"),
    Shown("studio-campaign", "/studio/memberships/patreon/{campaign}/"),
    Shown("studio-patrons", "/studio/memberships/patreon/{campaign}/members/"),
    Shown("studio-kofi", "/studio/memberships/kofi/"),
    Shown("studio-kofi-account", "/studio/memberships/kofi/{kofi_account}/"),
    Shown("studio-supporters", "/studio/memberships/kofi/{kofi_account}/supporters/"),
    Shown("studio-payments", "/studio/memberships/kofi/{kofi_account}/payments/?show=unmatched"),
    Shown("studio-kofi-file", "/studio/memberships/kofi/imports/{import}/"),
    Shown("studio-messages", "/studio/memberships/webhooks/"),
    Shown("studio-message", "/studio/memberships/webhooks/{delivery}/"),
    Shown("jobs", "/jobs/"),
    Shown("tiers", "/tiers/"),
    Shown("tiers-visitor", "/tiers/", Who.VISITOR),
    Shown("membership", "/settings/membership/"),
    Shown("gift", "/gifts/{gift}/", Who.VISITOR),
    Shown("gift-nothing", "/gifts/nothing/", Who.VISITOR, status=404),
    Shown("studio-members", "/studio/members/"),
    Shown("studio-member", "/studio/members/{person_id}/"),
    Shown("studio-tiers", "/studio/tiers/"),
    Shown("studio-tier", "/studio/tiers/{tier}/"),
    Shown("studio-gifts", "/studio/gifts/"),
    Shown("notifications", "/notifications/"),
    Shown("notifications-nothing", "/notifications/?state=nothing"),
    Shown("settings-notifications", "/settings/notifications/"),
    Shown("jobs-all", "/jobs/all/"),
    Shown("job", "/jobs/{job}/"),
    Shown("upload", "/studio/upload/"),
    Shown("licences", "/about/licences/"),
    Shown("offline", "/offline/"),
    Shown("missing", "/nowhere/", status=404),
)


_SERVICES = {
    "google": {},
    "github": {},
    "patreon": {},
    "openid_connect": {"slug": "works", "name": "The works", "server_url": "https://login.example.org"},
}


def sign_in_elsewhere(person: User, *, address: str, user_agent: str) -> None:
    client = Client()
    client.force_login(person)
    key = client.session.session_key
    UserSession.objects.create(user=person, session_key=key, ip=address, user_agent=user_agent)


def stage_set(owner: User, team: User) -> dict[str, str]:
    """Makes what the pages show; returns what their paths may name."""
    shown = [
        make_item(owner, title, kind=Kind.TRACK if place % 3 == 2 else Kind.VIDEO, chapters=_CHAPTERS, tags=_TAGS)
        for place, title in enumerate(TITLES)
    ]
    locked = make_item(owner, "For the regulars", **access(**SIGNED_IN))
    made = make_item(team, "Still in the oven", state=State.PREPARING)
    job = make_job(made, stage="Encoding", progress_done=41, progress_total=100)
    for item, part in ((shown[1], 0.4), (shown[4], 0.8)):
        place = {"position_ms": int(62_000 * part), "duration_ms": 62_000, "at": timezone.now(), "device": "phone"}
        PlaybackPosition.objects.create(person=team, item=item, **place)
    failed = make_item(team, "Not a film", state=State.FAILED, trouble="This file has no picture and no sound.")
    spoken = _spoken(owner)
    create_token(owner=team, name="Laptop", scopes=["read", "play"])
    create_token(owner=team, name="Nightly backup script", scopes=["read", "upload", "write"])
    for order, (provider, more) in enumerate(_SERVICES.items()):
        SignInProvider.objects.create(provider=provider, client_id="x", secret="x", order=order, **more)
    SocialAccount.objects.create(user=team, provider="github", uid="7", extra_data={"login": "maren"})
    address = {"address": "203.0.113.9", "user_agent": "Mozilla/5.0 (iPhone) Safari/604.1"}
    sign_in_elsewhere(team, **address)
    named: dict[str, Item] = {"item": shown[0], "locked": locked, "preparing": made, "failed": failed, "spoken": spoken}
    memberships = _memberships(owner, team)
    things = {**named, **_guarded(owner)}
    addresses = {name: thing.get_absolute_url() for name, thing in things.items()}
    create_token(owner=team, name="Radio on my phone", kind="app_password")
    edit_profile(
        person=owner, changes={"display_name": "Olive K", "bio": "Plays the tuba.\nRecords what the harbour says."}
    )
    for number in range(3):
        record("sign_in.done" if number else "sign_in.failed", actor=team if number else None, subject=team)
    return (
        addresses
        | memberships
        | source_things(owner, team)
        | {
            "person": owner.get_absolute_url(),
            "person_id": str(owner.pk),
            "job": str(job.pk),
            "somebody": team.username,
            **{f"{name}_id": str(thing.pk) for name, thing in things.items()},
        }
    )


def _memberships(owner: User, team: User) -> dict[str, str]:
    """Three tiers, somebody in grace, somebody who was given one, gifts, and what the team was told."""
    now, day = timezone.now(), timedelta(days=1)
    bench = make_tier("Park bench", 10, price_cents=300, currency="EUR", largest_height=720, trial_days=7)
    front = make_tier("Front row", 20, slug="front-row", price_cents=700, currency="EUR", downloads=True)
    stage = make_tier("Backstage", 30, price_cents=1500, currency="EUR", storage_bytes=100 << 30, jobs_at_once=4)
    for tier, benefits in ((bench, 1), (front, 2), (stage, 3)):
        tier.benefits = ["New pieces a week early", "Rehearsals and sketches", "Talks after the show"][:benefits]
        tier.summary, tier.join_url = "A seat with a view of the stage.", "https://join.example/"
        tier.save()
    make_grant(team, front, source="patreon", starts_at=now - 40 * day, ends_at=now - day, grace_until=now + 6 * day)
    make_grant(owner, bench, ends_at=now + 3 * day, reason="Helps with the sound")
    revoke(grant=make_grant(owner, stage, reason="A mistake"))
    gift, token = make_gift(tier=stage, days=30, by=team, message="Thank you for the harbour.")
    make_gift(tier=bench, days=7, by=team, recipient_email="ada@example.org", deliver_at=now + day)
    for text, kind in (("mila and 3 others joined today.", "member.new"), ("Your gift is claimed.", "gift.received")):
        notify(person_id=team.pk, kind=kind, text=text, url="/studio/members/")
    return {"gift": token, "tier": str(stage.pk), "gift_id": str(gift.pk)}


def _guarded(owner: User) -> dict[str, Item | Collection]:
    """Things for members, locked in each way, and an album with some of them."""
    now = timezone.now()
    backstage = Tier.objects.get(slug="backstage")
    shut = make_item(owner, "The soundcheck", **access(kind="tiers", tiers=[str(backstage.pk)]))
    steps = [step(now - _DAY, rank=30), step(now + 3 * _DAY, rank=20), step(now + 30 * _DAY, rank=0)]
    early = make_item(owner, "A first listen", kind=Kind.TRACK, **access(kind="public", early_access=steps))
    preview = make_stream(owner, duration_ms=600_000, **access(kind="rank", rank=20, preview_s=30)).item
    Item.objects.filter(pk=preview.pk).update(title="The long interview")
    viewer = viewer_of(owner)
    summary = "Five songs from the empty hall, recorded in one go and left as they were."
    album = create_collection(
        owner=owner, viewer=viewer, kind="album", title="Evenings in the hall", summary=summary, published_at=now
    )
    songs = [
        make_item(owner, title, kind=Kind.TRACK)
        for title in ("Doors", "The first song, with a long title", "Night bus home")
    ]
    set_items(collection=album, viewer=viewer, item_ids=[item.pk for item in (songs[0], early, *songs[1:], shut)])
    for number in range(2):
        create_collection(
            owner=owner, viewer=viewer, kind="series", title=f"Interviews {number + 1}", published_at=now,
            policy={"kind": "rank", "rank": 20},
        )  # fmt: skip
    return {"shut": shut, "early": early, "preview": preview, "album": album}


def _spoken(owner: User) -> Item:
    """An interview with a transcript in two languages."""
    made = make_stream(owner, duration_ms=600_000)
    for name, language, title in (("t1", "en", "English"), ("t2", "de", "Deutsch")):
        cues = [
            Cue(i * 4000, i * 4000 + 3900, f"<v {_SPEAKERS[i // 6 % 2]}>{_SAID[i % len(_SAID)]}") for i in range(60)
        ]
        (made.folder / name).mkdir(exist_ok=True)
        (made.folder / name / "subtitles.vtt").write_text(vtt := write_cues(cues))
        fields = {"kind": RenditionKind.TEXT, "language": language, "title": title, "size_bytes": len(vtt)}
        Rendition.objects.create(generation=made, name=name, **fields)
    return made.item


def pages(owner: User, team: User) -> Iterator[Shown]:
    """The pages with their real addresses, after their stage has been set."""
    things = stage_set(owner, team)
    for page in _SHOWN:
        yield Shown(page.name, page.path.format(**things), page.who, page.status)
