"""Profiles, pictures of people, and the settings pages: what is shown to whom, and what is refused."""

import asyncio
import zlib

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import AsyncClient, Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from rest_framework.test import APIClient

from apps.accounts.avatars import avatar_name, avatar_url, avatars_folder
from apps.accounts.models import User
from apps.media.webp import webp_size
from tests.web.making import make_item

PICTURE = "/settings/profile/picture/"


def png(width, height, colour=(200, 150, 60)) -> bytes:
    def chunk(kind, data):
        body = kind + data
        return len(data).to_bytes(4, "big") + body + zlib.crc32(body).to_bytes(4, "big")

    head = width.to_bytes(4, "big") + height.to_bytes(4, "big") + bytes((8, 2, 0, 0, 0))
    rows = zlib.compress(b"".join(b"\0" + bytes(colour) * width for _ in range(height)), 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def bomb() -> bytes:
    """A few bytes that say they are 30,000 by 30,000 pixels."""
    small = bytearray(png(4, 4))
    small[16:24] = (30_000).to_bytes(4, "big") * 2
    small[29:33] = zlib.crc32(bytes(small[12:29])).to_bytes(4, "big")
    return bytes(small)


@pytest.fixture(autouse=True)
def folders(settings, tmp_path):
    settings.MEDIA_ROOT, settings.WORK_DIR = tmp_path / "media", tmp_path / "work"
    for folder in (settings.MEDIA_ROOT, settings.WORK_DIR):
        folder.mkdir()


def send(client, content, name="me.png"):
    return client.post(PICTURE, {"picture": SimpleUploadedFile(name, content, "image/png")})


@pytest.fixture
def pictured(client, member):
    client.force_login(member)
    assert send(client, png(640, 200)).status_code == 302
    member.refresh_from_db()
    return member


def test_a_profile_shows_what_the_viewer_may_know_of(client, owner, member):
    make_item(owner, "For all")
    make_item(owner, "Not yet", published_at=None)
    make_item(owner, "Thrown away", trashed_at=timezone.now())
    make_item(member, "Somebody else's")
    User.objects.filter(pk=owner.pk).update(bio="I play the <b>tuba</b>.")
    page = client.get("/@olive/").content.decode()
    assert "For all" in page
    assert "I play the &lt;b&gt;tuba&lt;/b&gt;." in page
    for hidden in ("Not yet", "Thrown away", "Somebody else"):
        assert hidden not in page
    client.force_login(owner)
    assert "Not yet" in client.get("/@olive/").content.decode()


def test_another_spelling_leads_to_the_one_address(client, owner):
    answer = client.get("/@OLIVE/")
    assert (answer.status_code, answer["Location"]) == (302, "/@olive/")
    assert client.get("/@nobody/").status_code == 404
    assert client.get(f"/@{'x' * 300}/").status_code == 404
    assert client.get("/@oli%00ve/").status_code == 404


@pytest.mark.parametrize(
    ("seen_by", "to_visitor", "to_stranger", "to_staff"),
    [("everyone", 200, 200, 200), ("members", 404, 200, 200), ("nobody", 404, 404, 200)],
)
def test_who_sees_a_profile_and_its_picture(pictured, seen_by, to_visitor, to_stranger, to_staff, stranger, moderator):
    User.objects.filter(pk=pictured.pk).update(profile_seen_by=seen_by)
    picture = avatar_url(pictured.pk, pictured.avatar)
    for person, status in ((None, to_visitor), (stranger, to_stranger), (moderator, to_staff), (pictured, 200)):
        client = Client()
        if person:
            client.force_login(person)
        assert client.get("/@mila/").status_code == status, person
        assert client.get(picture).status_code == status, person


@pytest.mark.parametrize("gone", [{"is_active": False}, {"leaving_at": timezone.now()}])
def test_nobody_sees_who_is_gone(client, pictured, moderator, gone):
    User.objects.filter(pk=pictured.pk).update(**gone)
    client.force_login(moderator)
    assert client.get("/@mila/").status_code == 404
    assert client.get(avatar_url(pictured.pk, pictured.avatar)).status_code == 404


def test_a_page_of_a_profile_costs_the_same_however_much_there_is(client, owner):
    make_item(owner)
    client.get("/@olive/")
    with CaptureQueriesContext(connection) as few:
        client.get("/@olive/")
    for number in range(30):
        make_item(owner, f"Number {number}")
    with CaptureQueriesContext(connection) as many:
        page = client.get("/@olive/")
    assert len(many) == len(few)
    more = page.context["page"].next_address
    rest = client.get("/@olive/" + more, headers={"HX-Target": "p#more", "HX-Request": "true"}).content.decode()
    assert "<html" not in rest
    assert rest.count("card") >= 7


def test_a_picture_is_written_anew_as_squares(pictured):
    folder = avatars_folder(pictured.pk)
    assert sorted(file.name for file in folder.iterdir()) == [
        avatar_name(pictured.avatar, 320),
        avatar_name(pictured.avatar, 96),
    ]
    assert webp_size((folder / avatar_name(pictured.avatar, 320)).read_bytes()[:30]) == (320, 320)
    answer = Client().get(avatar_url(pictured.pk, pictured.avatar, 96))
    assert answer["Content-Type"] == "image/webp"
    assert "immutable" in answer["Cache-Control"]
    assert answer["X-Content-Type-Options"] == "nosniff"


@pytest.mark.django_db(transaction=True)
def test_the_old_picture_goes(client, pictured):
    first = pictured.avatar
    send(client, png(100, 100, (20, 30, 90)))
    pictured.refresh_from_db()
    assert pictured.avatar != first
    assert not (avatars_folder(pictured.pk) / avatar_name(first, 96)).exists()
    assert client.get(avatar_url(pictured.pk, first)).status_code == 404
    client.post("/settings/profile/picture/remove/")
    pictured.refresh_from_db()
    assert pictured.avatar == ""
    assert not list(avatars_folder(pictured.pk).iterdir())


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "no picture that can be read"),
        (b"GIF89a" + b"\0" * 40, "no picture that can be read"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 60, "no picture that can be read"),
        (bomb(), "no picture that can be read"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * (5 << 20), "5 MB at most"),
        (b"", "This file is empty."),
    ],
)
def test_what_is_no_picture_is_told_at_the_field(client, member, content, said):
    client.force_login(member)
    answer = send(client, content)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    member.refresh_from_db()
    assert member.avatar == ""


def test_a_very_narrow_picture_stays_small_in_memory(client, member):
    client.force_login(member)
    assert send(client, png(20_000, 1)).status_code == 302
    member.refresh_from_db()
    assert member.avatar


@pytest.mark.parametrize("spelling", ["..%2f", "%2e%2e/", "../"])
def test_no_other_path_leads_to_a_file(pictured, spelling):
    folder = f"/avatars/{pictured.pk}/"
    for address in (f"{folder}{spelling}{pictured.avatar}-96.webp", f"{folder}{pictured.avatar}-97.webp", folder):
        assert Client().get(address).status_code == 404
    assert Client().post(avatar_url(pictured.pk, pictured.avatar)).status_code == 405


def test_what_is_wrong_is_told_and_nothing_saved(client, member):
    client.force_login(member)
    good = {"display_name": "Mila K", "bio": "Hello", "time_zone": "Europe/Lisbon", "language": "pt-br"}
    for field, value in (
        ("display_name", "a\u202eb"),
        ("display_name", "x" * 300),
        ("bio", "x" * 1001),
        ("time_zone", "Mars/Olympus"),
        ("time_zone", "../../etc/passwd"),
        ("language", "xx"),
    ):
        answer = client.post("/settings/profile/", {**good, field: value})
        assert answer.status_code == 422, field
        assert answer.context["form"].errors[field]
    assert client.post("/settings/profile/", {**good, "role": "owner", "is_superuser": "on"}).status_code == 302
    member.refresh_from_db()
    assert (member.display_name, member.language, member.role, member.is_superuser) == (
        "Mila K",
        "pt-br",
        "member",
        False,
    )


def test_dates_follow_the_person_else_their_browser(client, member):
    User.objects.filter(pk=member.pk).update(
        leaving_at=None, created_at=timezone.datetime(2026, 3, 31, 22, 30, tzinfo=timezone.get_default_timezone())
    )
    assert "March 2026" in client.get("/@mila/").content.decode()
    client.cookies["bandstand_zone"] = "Europe%2FAthens"
    assert "April 2026" in client.get("/@mila/").content.decode()
    client.cookies["bandstand_zone"] = "Mars/Olympus"
    assert "March 2026" in client.get("/@mila/").content.decode()
    client.force_login(member)
    User.objects.filter(pk=member.pk).update(time_zone="Asia/Tokyo", language="de")
    assert "April 2026" in client.get("/@mila/").content.decode()
    User.objects.filter(pk=member.pk).update(time_zone="America/Lima")
    assert "M\u00e4rz 2026" in client.get("/@mila/").content.decode()
    assert timezone.get_current_timezone_name() == "UTC"


@pytest.mark.django_db(transaction=True)
def test_two_people_at_once_keep_their_own_time(member, stranger):
    zones = {member: ("Asia/Tokyo", "April"), stranger: ("America/Lima", "March")}
    at = timezone.datetime(2026, 3, 31, 22, 30, tzinfo=timezone.get_default_timezone())
    for person, (zone, _) in zones.items():
        User.objects.filter(pk=person.pk).update(time_zone=zone, created_at=at)

    async def ask(person):
        client = AsyncClient()
        await client.aforce_login(person)
        return [(await client.get(f"/@{person.username}/")).content.decode() for _ in range(3)]

    async def both():
        return await asyncio.gather(*(ask(person) for person in zones))

    for pages, (_, month) in zip(asyncio.run(both()), zones.values(), strict=True):
        assert all(f"{month} 2026" in page for page in pages)


def test_the_api_changes_what_is_ones_own_and_nothing_else(member):
    client = APIClient()
    client.force_login(member)
    sent = {
        "display_name": "M",
        "bio": "b",
        "time_zone": "Europe/Lisbon",
        "language": "de",
        "profile_seen_by": "nobody",
    }
    taken = {"role": "owner", "is_superuser": True, "email": "x@example.org", "username": "root", "is_active": False}
    answer = client.patch("/api/v1/me/", sent | taken, format="json")
    assert answer.status_code == 200
    assert {name: answer.json()[name] for name in sent} == sent
    member.refresh_from_db()
    assert (member.role, member.is_superuser, member.email, member.username) == (
        "member",
        False,
        "mila@example.org",
        "mila",
    )
    for field, value in (("time_zone", "Mars/X"), ("language", "xx"), ("profile_seen_by", "cats"), ("bio", "a\x07")):
        answer = client.patch("/api/v1/me/", {field: value}, format="json")
        assert answer.status_code == 400, field
        assert field in answer.json()["error"]["fields"]


def test_instants_of_the_api_stay_in_utc(member):
    User.objects.filter(pk=member.pk).update(time_zone="Asia/Tokyo")
    client = Client()
    client.force_login(member)
    assert client.get("/api/v1/me/").json()["created_at"].endswith("Z")


@pytest.mark.parametrize(
    "name",
    ["profile", "account", "security", "privacy", "tokens", "data", "leave"],
)
def test_settings_pages_share_one_navigation_and_are_for_their_person(client, member, name):
    address = reverse(f"settings-{name}")
    assert client.get(address)["Location"].startswith("/accounts/login/")
    client.force_login(member)
    page = client.get(address).content.decode()
    assert page.count('class="settings-nav"') == 1
    assert 'aria-current="page"' in page
    assert "style=" not in page
    assert "<c-" not in page
