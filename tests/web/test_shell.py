import json
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.template import Context, Template
from django.template.loader import render_to_string

from apps.web import assets
from apps.web.checks import assets_are_built
from apps.web.navigation import places_for
from apps.web.templatetags.shell import clock

PROJECT = Path(settings.PROJECT_DIR)
TEMPLATES = sorted((PROJECT / "templates").rglob("*.html"))


def labels(person, path="/"):
    return [place.label for place in places_for(person, path)]


def test_people_are_offered_the_places_that_are_theirs(member, owner, moderator):
    assert labels(None) == ["Home", "Browse"]
    assert labels(member) == ["Home", "Browse", "My jobs"]
    assert labels(owner)[:2] + labels(owner)[-1:] == ["Home", "Browse", "My jobs"]
    assert labels(moderator)[-4:] == ["My jobs", "People", "All jobs", "Admin"]


def test_only_those_who_may_create_are_offered_the_studio(client, member, owner):
    assert not {"Studio", "Upload"} & set(labels(member))
    for place in places_for(owner, "/"):
        client.force_login(owner)
        assert client.get(place.url).status_code == 200, place


def test_the_bar_at_the_bottom_has_room_for_five(moderator):
    assert len([place for place in places_for(moderator, "/") if place.docked]) <= 5


@pytest.mark.parametrize(
    ("path", "current"),
    [
        ("/", ["Home"]),
        ("/browse/", ["Browse"]),
        ("/jobs/", ["My jobs"]),
        ("/jobs/all/", ["All jobs"]),
        ("/jobs/1/", ["My jobs"]),
        ("/i/x/", []),
    ],
)
def test_one_place_is_current_at_most(moderator, path, current):
    assert [place.label for place in places_for(moderator, path) if place.current] == current


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(PROJECT / "templates")))
def test_no_template_has_inline_script_style_or_handlers(path):
    text = re.sub(r"{#.*?#}", "", path.read_text(encoding="utf-8"))
    if path.parent.name == "mail":
        text = text.replace(" style=", " ")  # letters know no style sheets
    assert not re.search(r"\sstyle=|<style|\son[a-z]+=|hx-on|javascript:|\bjs:", text)
    assert all("src=" in tag for tag in re.findall(r"<script[^>]*>", text))


def test_every_icon_in_use_is_in_the_sprite():
    known = set(json.loads((PROJECT / "build" / "manifest.json").read_text(encoding="utf-8"))["icons"])
    used = set()
    for path in TEMPLATES:
        text = path.read_text(encoding="utf-8")
        used |= set(re.findall(r'<c-icon\s+name="([a-z0-9-]+)"', text))
        used |= set(re.findall(r'<c-[^>]*\sicon="([a-z0-9-]+)"', text))
    used |= {"home", "library", "clapperboard", "upload", "list-checks", "layers", "shield"}
    assert used <= known, used - known


def test_the_shell_keeps_to_its_budgets():
    """What `npm run build` measures and refuses, told as a test; without a build there is nothing to measure."""
    built = assets.manifest()
    wanted = json.loads((PROJECT / "build" / "manifest.json").read_text(encoding="utf-8"))
    assert wanted["budgets"] == {"script": 70 * 1024, "style": 40 * 1024}
    assert built, assets.MISSING
    names = [bundle["target"] for bundle in wanted["bundles"] if bundle.get("shell")]
    names += [
        f"{one['package']}/{file}" for one in wanted["files"] if one.get("shell") for file in one["files"].values()
    ]
    size = {name: built["files"][built["places"][name]]["gzip_bytes"] for name in [*names, "site.css"]}
    assert size.pop("site.css") <= wanted["budgets"]["style"]
    assert sum(size.values()) <= wanted["budgets"]["script"]


@pytest.mark.parametrize("code", [400, 403, 404, 413, 429, 500, 503])
def test_error_pages_stand_in_the_shell_without_a_request(code):
    page = Template(f"{{% extends '{code}.html' %}}").render(Context())
    assert '<main id="main"' in page
    assert re.search(rf">\s*{code}\s*<", page)
    assert "{%" not in page


def test_a_missing_page_and_a_stale_form_keep_the_shell(client, db):
    answer = client.get("/nothing/")
    assert answer.status_code == 404
    assert "There is nothing here" in answer.content.decode()
    client.handler.enforce_csrf_checks = True
    stale = client.post("/accounts/login/", {})
    assert stale.status_code == 403
    assert 'id="main"' in stale.content.decode()


def test_a_missing_build_is_one_warning_and_pages_still_render(client, db, settings, tmp_path):
    settings.PROJECT_DIR = tmp_path
    assert [message.msg for message in assets_are_built()] == [assets.MISSING]
    assert assets.asset_url("app.js") == "/static/build/app.js"
    assert client.get("/about/licences/").status_code == 200


def test_no_template_asks_by_the_clock():
    """What is live follows topics; where no line can be had, the line itself asks for all of them."""
    triggers = [
        trigger
        for file in (PROJECT / "templates").rglob("*.html")
        for trigger in re.findall(r'hx-trigger="([^"]*)"', file.read_text(encoding="utf-8"))
    ]
    assert triggers
    assert [trigger for trigger in triggers if re.search(r"\bevery\b|load delay", trigger)] == []


def test_parts_that_are_the_same_for_everybody_are_drawn_once_for_each_build(client, db):
    """Only what asks nothing of who looks may be kept so: it names no variable of a page."""
    used = re.findall(r'{% fixed "([^"]+)" %}', (PROJECT / "templates" / "base.html").read_text(encoding="utf-8"))
    assert used == ["web/shell/player.html"]
    assert render_to_string(used[0]).strip() in client.get("/").content.decode()
    assert render_to_string(used[0], {"user": "somebody", "item": 1}) == render_to_string(used[0])


def test_the_policy_allows_no_inline_code_and_no_other_host(client, db):
    policy = client.get("/")["Content-Security-Policy"]
    assert "script-src 'self';" in policy + ";"
    assert "unsafe" not in policy
    assert "http" not in policy


@pytest.mark.parametrize(("ms", "text"), [(None, ""), (0, "0:00"), (62_000, "1:02"), (3_723_000, "1:02:03")])
def test_lengths_are_written_as_a_clock(ms, text):
    assert clock(ms) == text
