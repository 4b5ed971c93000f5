"""Makes docs/screenshots anew from a demo that runs: `make screenshots`, or for another address `URL=…`.

Names are <page>-<language>-<width>-<theme>.png. What is done for a picture is taken back: an upload, a mail
on its way. What stays: the tour counts as seen, and one mail is in the demo's mailbox if there was none. The
page of the evaluations shows something after `make eval`.
"""

from __future__ import annotations

import argparse
import base64
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import png8
from playwright.sync_api import Browser, FilePayload, Page, ViewportSize, sync_playwright

FOLDER: Final = Path(__file__).resolve().parents[1] / "docs" / "screenshots"
NAMES: Final = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
LOCALES: Final = {"ja": "ja-JP", "en": "en-GB"}
SETTLE_MS: Final = 1500  # charts, the first live frame
MOST_BYTES: Final = 250_000
CONTACTS: Final = """
会社名,部署,役職,氏名,フリガナ,メールアドレス,都道府県,業種,従業員数,ステータス,展示会
株式会社みなと計器,製造部,部長,小川 真一,オガワ シンイチ,ogawa@minato.example,東京都,製造業,320,新規,春
北ななかま化学株式会社,購買課,,遠藤 美咲,エンドウ ミサキ,endo@nanakama.example,北海道,化学,1200,商談中,春
有限会社やまね印刷,営業部,,山根 拓也,ヤマネ タクヤ,yamane@yamane.example,広島県,印刷,45,アプローチ中,秋
株式会社しらかば物流,情報部,主任,髙橋 由紀,タカハシ ユキ,yuki@shirakaba.example,長野県,運輸,610,新規,秋
ゆきしろ乃フーズ株式会社,経営企画室,室長,井上 隼人,イノウエ ハヤト,inoue@yukishiro,新潟県,食品,880,新規,秋
""".lstrip()
MAIL: Final = 'main a[href^="/mailbox/"]'
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
class Shot:
    page: str
    language: str
    width: int
    theme: str

    @property
    def name(self) -> str:
        return f"{self.page}-{self.language}-{self.width}-{self.theme}.png"

    @property
    def viewport(self) -> ViewportSize:
        tall = {
            "lead": 1180,
            "review": 1180,
            "import": 1180,
            "rules": 1180,
            "kpi": 1400,
            "day": 1180,
            "deals": 1180,
            "sending": 1180,
        }
        height = tall.get(self.page, 900)
        return {"width": self.width, "height": 844 if self.width < 768 else height}


def leads(page: Page) -> None:
    _enter(page, "rep")
    page.locator("#tb tr").first.wait_for()


def builder(page: Page) -> None:
    leads(page)
    page.keyboard.press("f")
    page.locator("#fb-slot .fb").wait_for()


def export(page: Page) -> None:
    """Beside its button; on a phone as a page."""
    leads(page)
    button = page.locator("a[data-export]")
    if button.is_visible():
        button.click()
        page.locator("#editor .export-formats").wait_for()
    else:
        page.goto("/leads/export/?view=all")


def lead(page: Page) -> None:
    """The first whose draft is ready."""
    _enter(page, "rep")
    page.goto("/drafts/")
    page.goto(str(page.locator(".dlist a.name").first.get_attribute("href")).partition("#")[0])
    page.locator("#draft-panel").wait_for()


def day(page: Page) -> None:
    _enter(page, "rep")
    page.goto("/day/")
    page.locator(".day-line").first.wait_for()


def bell(page: Page) -> None:
    """The list inside the bell; on a phone its page."""
    day(page)
    page.locator("#bell").click()
    page.locator(".nt").first.wait_for()


def panel(page: Page) -> None:
    """The hottest lead whose draft is ready, beside the table."""
    _enter(page, "rep")
    page.goto("/drafts/")
    path = str(page.locator(".dlist a.name").first.get_attribute("href")).partition("#")[0]
    page.goto("/leads/?view=all")
    row = page.locator(f'#tb a.name[href="{path}"]')
    (row if row.count() else page.locator("#tb a.name").first).click()
    page.locator("#draft-panel").wait_for()


def sending(page: Page) -> None:
    """The countdown of the first ready draft; taken back afterwards."""
    lead(page)
    page.locator('#draft-panel form[action$="/send/"] button').click()
    page.locator("#draft-panel .outgoing").evaluate("bar => bar.scrollIntoView({block: 'center'})")


def take_back(page: Page) -> None:
    page.locator('#draft-panel form[action$="/undo/"] button').click()
    page.locator("#draft-panel .outgoing").wait_for(state="detached")


def deals(page: Page) -> None:
    """The lead with the dearest deals."""
    _enter(page, "rep")
    page.goto("/leads/?c=deals:filled&sort=deals")
    page.goto(str(page.locator("#tb a.name").first.get_attribute("href")))
    page.locator(".deal summary").first.click()
    page.locator("#deals-title").evaluate("title => title.closest('.card').scrollIntoView({block: 'center'})")


def mailbox(page: Page) -> None:
    """The newest mail; the first of all is sent for it."""
    _enter(page, "rep")
    page.goto("/mailbox/")
    if not page.locator(MAIL).count():
        sending(page)
        page.locator("#draft-panel .outgoing").wait_for(state="detached")
        page.goto("/mailbox/")
    page.locator(MAIL).first.click()
    page.locator(".letter").wait_for()


def templates(page: Page) -> None:
    _enter(page, "rep")
    page.goto("/drafts/templates/")


def template(page: Page) -> None:
    """In the language of the page, filled in for a lead."""
    templates(page)
    language = page.locator("html").get_attribute("lang")
    page.locator(f'.tpl-list th:has([lang="{language}"]) a').first.click()
    page.locator("button[name=preview]").click()
    page.locator("#tpl-preview .mail").scroll_into_view_if_needed()


def scoreboard(page: Page) -> None:
    _enter(page, "manager")
    page.goto("/drafts/safety/")


def evaluation(page: Page) -> None:
    _enter(page, "manager")
    page.goto("/drafts/evaluation/")


def domains(page: Page) -> None:
    _enter(page, "manager")
    page.goto("/settings/domains/")


def safety(page: Page) -> None:
    """The patterns of the rules in force."""
    _enter(page, "reviewer")
    page.goto("/admin/drafts/safetyrules/")
    page.locator("#result_list tbody th a").first.click()
    page.locator(".sr-tabs a").last.click()
    page.wait_for_load_state()


def drafts(page: Page) -> None:
    """Those of the whole team: one rep alone may have none."""
    _enter(page, "rep")
    page.goto("/drafts/")
    page.goto(str(page.locator(".seg a").nth(1).get_attribute("href")))


def mapping(page: Page) -> None:
    _enter(page, "manager")
    page.goto("/leads/imports/")
    contacts = CONTACTS.encode("cp932", errors="replace")
    page.set_input_files("#id_file", FilePayload(name="展示会名刺.csv", mimeType="text/csv", buffer=contacts))
    page.locator("form.upload button.btn-primary").click()
    page.locator("#mapping form").wait_for()


def reviews(page: Page) -> None:
    _enter(page, "reviewer")
    page.goto("/admin/drafts/reviewitem/")


def review(page: Page) -> None:
    reviews(page)
    page.locator("#result_list tbody th a").first.click()
    page.wait_for_load_state()


def rules(page: Page) -> None:
    """The version in force."""
    _enter(page, "admin")
    page.goto("/admin/leads/ruleset/")
    page.locator("#result_list tbody th a").first.click()
    page.wait_for_load_state()


def rebuilds(page: Page) -> None:
    _enter(page, "admin")
    page.goto("/admin/leads/scorejob/")


def kpi(page: Page) -> None:
    _enter(page, "manager")
    page.goto("/kpi/")


def settings(page: Page) -> None:
    _enter(page, "rep")
    page.goto("/settings/")


def guide(page: Page) -> None:
    _enter(page, "rep")
    page.goto("/help/")


def signin(page: Page) -> None:
    page.goto("/accounts/login/")


def discard(page: Page) -> None:
    page.on("dialog", lambda dialog: dialog.accept())
    page.locator('button[value="discard"]').click()
    page.wait_for_url("**/leads/imports/")


PAGES: Final[dict[str, Callable[[Page], None]]] = {
    "day": day, "bell": bell, "leads": leads, "filter": builder, "export": export,
    "panel": panel, "lead": lead, "drafts": drafts,
    "import": mapping, "reviews": reviews, "review": review, "rules": rules, "rebuilds": rebuilds,
    "sending": sending, "mailbox": mailbox, "templates": templates, "template": template, "deals": deals,
    "scoreboard": scoreboard, "evaluation": evaluation, "domains": domains, "safety": safety,
    "kpi": kpi, "settings": settings, "help": guide, "signin": signin,
}  # fmt: skip
AFTERWARDS: Final[dict[str, Callable[[Page], None]]] = {"import": discard, "sending": take_back}
# per page: Japanese in light first, then what shows the other language, theme and size
DOCUMENTED: Final = (
    "leads-ja-1440-light", "leads-en-1440-dark", "leads-ja-390-dark", "leads-en-390-light",
    "day-ja-1440-light", "day-en-1440-dark", "day-ja-390-dark", "bell-ja-1440-light", "bell-en-390-dark",
    "filter-ja-1440-light", "filter-en-390-dark", "export-ja-1440-light", "export-en-390-dark",
    "panel-ja-1440-light", "panel-en-1440-dark", "panel-ja-1024-light",
    "lead-ja-1440-light", "lead-en-1440-dark", "lead-ja-390-light",
    "drafts-ja-1440-light", "drafts-en-390-dark",
    "sending-ja-1440-light", "sending-en-1440-dark", "sending-ja-390-dark", "sending-en-390-light",
    "mailbox-ja-1440-light", "mailbox-en-1440-dark", "mailbox-ja-390-dark", "mailbox-en-390-light",
    "templates-ja-1440-light", "templates-en-390-dark", "template-ja-1440-light", "template-en-1440-dark",
    "template-ja-390-light", "deals-ja-1440-light", "deals-en-1440-dark", "deals-ja-390-dark",
    "import-ja-1440-light", "import-en-1440-dark",
    "reviews-ja-1440-light", "reviews-en-1440-dark", "review-ja-1440-light", "review-en-1440-dark",
    "reviews-ja-390-light", "review-ja-390-dark", "safety-ja-1440-light", "safety-en-1440-dark",
    "safety-ja-390-dark", "scoreboard-ja-1440-light", "scoreboard-en-1440-dark", "scoreboard-ja-390-light",
    "scoreboard-en-390-dark", "evaluation-ja-1440-light", "evaluation-en-1440-dark", "evaluation-ja-390-dark",
    "domains-ja-1440-light", "domains-en-390-dark",
    "rules-ja-1440-light", "rules-en-1440-dark", "rules-ja-390-dark", "rebuilds-ja-1440-light",
    "kpi-ja-1440-light", "kpi-en-1440-dark", "kpi-ja-390-dark",
    "settings-en-1440-light", "settings-ja-390-dark",
    "help-ja-1440-light", "help-en-390-dark",
    "signin-ja-1440-light", "signin-en-390-dark",
)  # fmt: skip


def main() -> None:
    options = _options()
    options.out.mkdir(parents=True, exist_ok=True)
    wanted = [shot for shot in (_every() if options.every else _documented()) if options.only in shot.name]
    for language in LOCALES:
        with _browser(language) as browser:
            for shot in wanted:
                if shot.language == language:
                    _take(browser, options.url, shot, options.out / shot.name)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="infra/screenshots.py", description=__doc__)
    parser.add_argument("--url", default="http://localhost:8000", help="where the demo runs")
    parser.add_argument("--out", type=Path, default=FOLDER, help="the folder for the pictures")
    parser.add_argument("--only", default="", help="a part of the names: kpi, -390-, lead-ja-1440-light")
    parser.add_argument("--every", action="store_true", help="each page in both languages, sizes and themes")
    return parser.parse_args()


def _documented() -> Iterator[Shot]:
    for name in DOCUMENTED:
        page, language, width, theme = name.split("-")
        yield Shot(page, language, int(width), theme)


def _every() -> Iterator[Shot]:
    for page in PAGES:
        for language in ("ja", "en"):
            for width in (1440, 390):
                for theme in ("light", "dark"):
                    yield Shot(page, language, width, theme)


@contextmanager
def _browser(language: str) -> Iterator[Browser]:
    """Fields for dates follow the browser's own language, not that of a page: hence one browser for each."""
    path = next(filter(None, map(shutil.which, NAMES)), None)  # else Playwright's own
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=path, args=[f"--lang={LOCALES[language]}", "--disable-gpu", *sandbox]
        )
        yield browser
        browser.close()


def _take(browser: Browser, url: str, shot: Shot, path: Path) -> None:
    context = browser.new_context(
        base_url=url,
        locale=LOCALES[shot.language],
        timezone_id="Asia/Tokyo",
        viewport=shot.viewport,
        color_scheme="dark" if shot.theme == "dark" else "light",
        reduced_motion="reduce",  # no flash is caught half faded
        device_scale_factor=1,
    )
    page = context.new_page()
    PAGES[shot.page](page)
    page.wait_for_timeout(SETTLE_MS)
    picture = page.screenshot()
    if after := AFTERWARDS.get(shot.page):
        after(page)
    context.close()
    path.write_bytes(_small(picture, browser))
    size = path.stat().st_size
    print(f"{path.name} {size // 1000} kB{' (large)' if size > MOST_BYTES else ''}", flush=True)


def _small(png: bytes, browser: Browser) -> bytes:
    page = browser.new_page()
    data, width, height = page.evaluate(PIXELS, "data:image/png;base64," + base64.b64encode(png).decode())
    page.close()
    return png8.encode(base64.b64decode(data), width, height)


def _enter(page: Page, account: str) -> None:
    """One click on the demo's sign-in page; the tour would cover the page, and is skipped."""
    page.goto("/accounts/login/")
    page.locator(f'form[action$="/demo/login/{account}/"] button').click()
    page.wait_for_url("**/leads/**")
    if page.locator("#tour").count():
        with page.expect_response("**/tour/seen/"):
            page.locator("[data-tour-close]").click()


if __name__ == "__main__":
    main()
