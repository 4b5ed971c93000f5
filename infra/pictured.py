"""The pages that docs/screenshots shows: who looks, and how one gets there.

Each way begins signed in and ends where the picture is taken. What it changes is taken back: an upload, a
mail on its way. What stays: the tour counts as seen, and one mail is in the demo's mailbox if there was none.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from playwright.sync_api import FilePayload, Page

Steps = Callable[[Page], None]


@dataclass(frozen=True)
class Sight:
    """A page as a role sees it; `way` is its address or the steps to it, `height` a desktop's, in px."""

    role: str
    way: str | Steps
    height: int = 900
    back: Steps | None = None

    def reach(self, page: Page) -> None:
        if isinstance(self.way, str):
            page.goto(self.way)
        else:
            self.way(page)


CONTACTS: Final = """
会社名,部署,役職,氏名,フリガナ,メールアドレス,都道府県,業種,従業員数,ステータス,展示会
株式会社みなと計器,製造部,部長,小川 真一,オガワ シンイチ,ogawa@minato.example,東京都,製造業,320,新規,春
北ななかま化学株式会社,購買課,,遠藤 美咲,エンドウ ミサキ,endo@nanakama.example,北海道,化学,1200,商談中,春
有限会社やまね印刷,営業部,,山根 拓也,ヤマネ タクヤ,yamane@yamane.example,広島県,印刷,45,アプローチ中,秋
株式会社しらかば物流,情報部,主任,髙橋 由紀,タカハシ ユキ,yuki@shirakaba.example,長野県,運輸,610,新規,秋
ゆきしろ乃フーズ株式会社,経営企画室,室長,井上 隼人,イノウエ ハヤト,inoue@yukishiro,新潟県,食品,880,新規,秋
""".lstrip()
MAIL: Final = 'main a[href^="/mailbox/"]'


def leads(page: Page) -> None:
    page.goto("/leads/")
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
    page.goto("/drafts/")
    page.goto(str(page.locator(".dlist a.name").first.get_attribute("href")).partition("#")[0])
    page.locator("#draft-panel").wait_for()


def day(page: Page) -> None:
    page.goto("/day/")
    page.locator(".day-line").first.wait_for()


def bell(page: Page) -> None:
    """The list inside the bell; on a phone its page."""
    day(page)
    page.locator("#bell").click()
    page.locator(".nt").first.wait_for()


def panel(page: Page) -> None:
    """The hottest lead whose draft is ready, beside the table; on a phone its draft."""
    page.goto("/drafts/")
    path = str(page.locator(".dlist a.name").first.get_attribute("href")).partition("#")[0]
    page.goto("/leads/?view=all")
    row = page.locator(f'#tb a.name[href="{path}"]')
    (row if row.count() else page.locator("#tb a.name").first).click()
    page.locator("#draft-panel").wait_for()
    if not page.locator("#tb").is_visible():
        page.locator("#draft-panel").evaluate("draft => draft.scrollIntoView()")


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
    page.goto("/leads/?c=deals:filled&sort=deals")
    page.goto(str(page.locator("#tb a.name").first.get_attribute("href")))
    page.locator(".deal summary").first.click()
    page.locator("#deals-title").evaluate("title => title.closest('.card').scrollIntoView({block: 'center'})")


def mailbox(page: Page) -> None:
    """The newest mail; the first of all is sent for it."""
    page.goto("/mailbox/")
    if not page.locator(MAIL).count():
        sending(page)
        page.locator("#draft-panel .outgoing").wait_for(state="detached")
        page.goto("/mailbox/")
    page.locator(MAIL).first.click()
    page.locator(".letter").wait_for()


def template(page: Page) -> None:
    """In the language of the page, filled in for a lead."""
    page.goto("/drafts/templates/")
    language = page.locator("html").get_attribute("lang")
    page.locator(f'.tpl-list th:has([lang="{language}"]) a').first.click()
    page.locator("button[name=preview]").click()
    page.locator("#tpl-preview .mail").scroll_into_view_if_needed()


def safety(page: Page) -> None:
    """The patterns of the rules in force."""
    page.goto("/admin/drafts/safetyrules/")
    page.locator("#result_list tbody th a").first.click()
    page.locator(".sr-tabs a").last.click()
    page.wait_for_load_state()


def batch(page: Page) -> None:
    """With the estimate."""
    page.goto("/drafts/batches/new/")
    page.locator(".batch-facts").wait_for()


def drafts(page: Page) -> None:
    """Those of the whole team: one rep alone may have none."""
    page.goto("/drafts/")
    page.goto(str(page.locator(".seg a").nth(1).get_attribute("href")))


def mapping(page: Page) -> None:
    page.goto("/leads/imports/")
    contacts = CONTACTS.encode("cp932", errors="replace")
    page.set_input_files("#id_file", FilePayload(name="展示会名刺.csv", mimeType="text/csv", buffer=contacts))
    page.locator("form.upload button.btn-primary").click()
    page.locator("#mapping form").wait_for()


def review(page: Page) -> None:
    page.goto("/admin/drafts/reviewitem/")
    page.locator("#result_list tbody th a").first.click()
    page.wait_for_load_state()


def rules(page: Page) -> None:
    """The version in force."""
    page.goto("/admin/leads/ruleset/")
    page.locator("#result_list tbody th a").first.click()
    page.wait_for_load_state()


def prompt(page: Page) -> None:
    """One in the language of the page."""
    page.goto("/admin/drafts/promptversion/")
    language = page.locator("html").get_attribute("lang")
    page.locator("#result_list tbody th a", has_text=f"({language})").first.click()
    page.wait_for_load_state()


def discard(page: Page) -> None:
    page.on("dialog", lambda dialog: dialog.accept())
    page.locator('button[value="discard"]').click()
    page.wait_for_url("**/leads/imports/")


SIGHTS: Final = {
    "signin": Sight("", "/accounts/login/"),
    "day": Sight("rep", day, 1000),
    "bell": Sight("rep", bell),
    "leads": Sight("rep", leads),
    "filter": Sight("rep", builder),
    "export": Sight("rep", export),
    "panel": Sight("rep", panel),
    "lead": Sight("rep", lead, 1180),
    "deals": Sight("rep", deals, 1000),
    "sending": Sight("rep", sending, 1000, take_back),
    "new": Sight("rep", "/leads/new/"),
    "drafts": Sight("rep", drafts),
    "templates": Sight("rep", "/drafts/templates/"),
    "template": Sight("rep", template),
    "mailbox": Sight("rep", mailbox),
    "notices": Sight("rep", "/notifications/settings/"),
    "settings": Sight("rep", "/settings/"),
    "tokens": Sight("rep", "/settings/tokens/"),
    "api": Sight("rep", "/api/v1/docs/"),
    "help": Sight("rep", "/help/"),
    "import": Sight("manager", mapping, 1180, discard),
    "batch": Sight("rep", batch),
    "kpi": Sight("manager", "/kpi/", 1400),
    "scoreboard": Sight("manager", "/drafts/safety/"),
    "decisions": Sight("manager", "/drafts/reviews/"),
    "evaluation": Sight("manager", "/drafts/evaluation/"),
    "domains": Sight("manager", "/settings/domains/"),
    "reviews": Sight("reviewer", "/admin/drafts/reviewitem/"),
    "review": Sight("reviewer", review, 1180),
    "safety": Sight("reviewer", safety),
    "rules": Sight("admin", rules, 1180),
    "rebuilds": Sight("admin", "/admin/leads/scorejob/"),
    "prompt": Sight("admin", prompt),
    "calls": Sight("admin", "/admin/drafts/llmcall/"),
    "admin": Sight("admin", "/admin/"),
}
