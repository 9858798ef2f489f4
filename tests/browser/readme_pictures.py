"""`make pictures`: the handful of pictures that the README shows, into docs/pictures (run by pytest, by name)."""

import subprocess
from pathlib import Path

import pytest
from django.conf import settings
from imageio_ffmpeg import get_ffmpeg_exe

from tests.browser.driver import DESKTOP, PHONE, Page
from tests.browser.pages import SETTLED, pages

FOLDER = Path(settings.PROJECT_DIR) / "docs" / "pictures"
# Name, page, form, colours.
PICTURES = (
    ("home", "home", "desktop", "light"),
    ("browse", "browse", "desktop", "dark"),
    ("studio", "studio-item", "desktop", "light"),
    ("item", "item", "desktop", "dark"),
    ("phone", "home", "phone", "dark"),
)


def keep(page: Page, name: str, folder: Path) -> None:
    """A WebP of about 50 KB."""
    page.wait_until(SETTLED)
    page.screenshot(folder / "picture.png")
    command = [get_ffmpeg_exe(), "-y", "-loglevel", "error", "-i", str(folder / "picture.png")]
    subprocess.run([*command, "-c:v", "libwebp", "-quality", "82", str(FOLDER / f"{name}.webp")], check=True)


@pytest.mark.parametrize(("name", "shown", "form", "scheme"), PICTURES)
def test_a_picture(browser, site, owner, moderator, tmp_path, name, shown, form, scheme):
    FOLDER.mkdir(parents=True, exist_ok=True)
    paths = {page.name: page.path for page in pages(owner, moderator)}
    with browser.page(site.url, **{"desktop": DESKTOP, "phone": PHONE}[form], colorScheme=scheme) as page:
        page.sign_in(site.cookies_of(moderator))
        page.goto(paths[shown])
        keep(page, name, tmp_path)
