"""Makes docs/screenshots anew from a demo that runs: `make screenshots`, or for another address `URL=…`.

Each page of infra/pictured.py in every language, width and theme: <page>-<language>-<width>-<theme>.png. A
page that cannot be pictured does not keep the others from it: it is named at the end, and the exit code is 1.
The page of the evaluations shows something after `make eval`.
"""

from __future__ import annotations

import argparse
import base64
import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Final, Literal

import png8
from pictured import SIGHTS
from playwright.sync_api import Browser, BrowserContext, Error, Page, sync_playwright

Theme = Literal["light", "dark"]
FOLDER: Final = Path(__file__).resolve().parents[1] / "docs" / "screenshots"
NAMES: Final = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
LOCALES: Final = {"ja": "ja-JP", "en": "en-GB"}
WIDTHS: Final = (1440, 390)
THEMES: Final[tuple[Theme, ...]] = ("light", "dark")
PHONE_HEIGHT: Final = 844
SETTLE_MS: Final = {"light": 600, "dark": 300}  # charts, the first live frame; then only other colours
LONGEST_MS: Final = 20_000
# what a canvas gives back of a picture
PIXELS: Final = """async (source) => {
  const picture = await createImageBitmap(await (await fetch(source)).blob());
  const canvas = new OffscreenCanvas(picture.width, picture.height).getContext("2d");
  canvas.drawImage(picture, 0, 0);
  const {data, width, height} = canvas.getImageData(0, 0, picture.width, picture.height);
  let text = "";
  for (let at = 0; at < data.length; at += 32768)
    text += String.fromCharCode(...data.subarray(at, at + 32768));
  return [btoa(text), width, height];
}"""


@dataclass(frozen=True)
class Visit:
    """One load of a page, for a picture in each theme."""

    page: str
    language: str
    width: int

    def name(self, theme: Theme) -> str:
        return f"{self.page}-{self.language}-{self.width}-{theme}.png"

    @property
    def height(self) -> int:
        return PHONE_HEIGHT if self.width < 768 else SIGHTS[self.page].height


def main() -> int:
    options = _options()
    options.out.mkdir(parents=True, exist_ok=True)
    failures = []
    for language in LOCALES:
        visits = [visit for visit in _visits(language) if _wanted(visit, options.only)]
        if visits:
            failures += _tour(language, visits, options)
    if options.out == FOLDER:
        _clear()
    total = sum(path.stat().st_size for path in options.out.glob("*.png"))
    print(f"{len(list(options.out.glob('*.png')))} pictures, {total / 1e6:.1f} MB")
    for failure in failures:
        print(f"NOT TAKEN {failure}", file=sys.stderr)
    return 1 if failures else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="infra/screenshots.py", description=__doc__)
    parser.add_argument("--url", default="http://localhost:8000", help="where the demo runs")
    parser.add_argument("--out", type=Path, default=FOLDER, help="the folder for the pictures")
    parser.add_argument("--only", default="", help="a part of the names: kpi, -390-, lead-ja-1440-light")
    return parser.parse_args()


def _visits(language: str) -> Iterator[Visit]:
    for page, width in product(SIGHTS, WIDTHS):
        yield Visit(page, language, width)


def _wanted(visit: Visit, only: str) -> bool:
    return any(only in visit.name(theme) for theme in THEMES)


def _clear() -> None:
    """Pictures of pages that are no more."""
    known = {visit.name(theme) for each in LOCALES for visit in _visits(each) for theme in THEMES}
    for path in FOLDER.glob("*.png"):
        if path.name not in known:
            path.unlink()


def _tour(language: str, visits: list[Visit], options: argparse.Namespace) -> list[str]:
    """Every visit in one language; back come those that failed, and why."""
    failures = []
    with _browser(language) as browser:
        rooms: dict[str, BrowserContext] = {}
        for visit in visits:
            role = SIGHTS[visit.page].role
            try:
                if role not in rooms:
                    rooms[role] = _room(browser, language, role, options.url)
                _take(rooms[role], visit, options.out)
            except Error as error:
                failures.append(f"{visit.page}-{language}-{visit.width}: {error.message.splitlines()[0]}")
    return failures


@contextmanager
def _browser(language: str) -> Iterator[Browser]:
    """Fields for dates follow the browser's own language, not that of a page: hence one browser for each.

    On Linux that is LANGUAGE; Debian has the Japanese one in chromium-l10n.
    """
    path = next(filter(None, map(shutil.which, NAMES)), None)  # else Playwright's own
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=path,
            args=[f"--lang={LOCALES[language]}", "--disable-gpu", *sandbox],
            env={**os.environ, "LANGUAGE": LOCALES[language].replace("-", "_")},
        )
        yield browser
        browser.close()


def _room(browser: Browser, language: str, role: str, url: str) -> BrowserContext:
    """Where all pages of a role are visited: signed in once."""
    context = browser.new_context(
        base_url=url,
        locale=LOCALES[language],
        timezone_id="Asia/Tokyo",
        reduced_motion="reduce",  # no flash is caught half faded
        device_scale_factor=1,
    )
    context.set_default_timeout(LONGEST_MS)
    if role:
        page = context.new_page()
        _enter(page, role)
        page.close()
    return context


def _enter(page: Page, account: str) -> None:
    """One click on the demo's sign-in page; the tour would cover the page, and is skipped."""
    page.goto("/accounts/login/")
    page.locator(f'form[action$="/demo/login/{account}/"] button').click()
    page.wait_for_url("**/leads/**")
    if page.locator("#tour").count():
        with page.expect_response("**/tour/seen/"):
            page.locator("[data-tour-close]").click()


def _take(room: BrowserContext, visit: Visit, folder: Path) -> None:
    sight = SIGHTS[visit.page]
    page = room.new_page()
    try:
        page.set_viewport_size({"width": visit.width, "height": visit.height})
        page.emulate_media(color_scheme=THEMES[0])  # so that no chart is drawn twice
        sight.reach(page)
        pictures = {theme: _picture(page, theme) for theme in THEMES}
        if sight.back:
            sight.back(page)
    finally:
        page.close()
    for theme, picture in pictures.items():
        path = folder / visit.name(theme)
        path.write_bytes(_small(picture, room))
        print(f"{path.name} {path.stat().st_size // 1000} kB", flush=True)


def _picture(page: Page, theme: Theme) -> bytes:
    page.emulate_media(color_scheme=theme)
    page.wait_for_timeout(SETTLE_MS[theme])
    return page.screenshot()


def _small(png: bytes, room: BrowserContext) -> bytes:
    page = room.new_page()
    data, width, height = page.evaluate(PIXELS, "data:image/png;base64," + base64.b64encode(png).decode())
    page.close()
    return png8.encode(base64.b64decode(data), width, height)


if __name__ == "__main__":
    sys.exit(main())
