"""A rep between two appointments, with a phone in one hand: in Japanese and in English."""

import re

import pytest
from playwright.sync_api import Page, expect

from drafts.models import Draft, State
from drafts.tests.journeys.conftest import SUBJECT
from drafts.tests.journeys.manners import CLIPBOARD, PHONE, fits, in_english
from leads.live import frames
from leads.models import Deal, Lead, Note, SavedView
from leads.tests.line import Line, warm
from leads.tests.test_notification_pages import note
from salesdash.models import Feedback

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]
# Japanese, English
WORDS = {
    "tour": ("ツアー", "Tour"),
    "skip": ("ツアーを終える", "Skip the tour"),
    "found": ("1件中 1–1", "1–1 of 1"),
    "order": ("氏名", "Name"),
    "match": ("2件が該当", "2 leads match"),
    "selected": ("1件を選択中", "1 lead selected"),
    "stage": ("対応中", "Working"),
    "undo": ("元に戻す", "Undo"),
    "hotter": ("1件がより熱くなりました", "1 lead became hotter"),
    "call": ("不在", "Absent"),
    "called": ("電話：不在", "Call: absent"),
    "heat": ("温度", "Temperature"),
    "mark": ("送信済みにする", "Mark as sent"),
    "take_back": ("送信済みを取り消す", "Undo “sent”"),
    "saved": ("次のアクションを保存しました", "the next action is saved"),
    "read": ("すべて既読にする", "Mark all as read"),
    "thanks": ("ありがとうございます", "Thank you"),
    "again": ("もう一度試す", "Try again"),
    "won": ("受注", "Won"),
}


class Phone:
    """The page in one hand, and the words of its language."""

    def __init__(self, page: Page, language: str) -> None:
        self.page = page
        self.language = language
        self.words = {name: pair[language == "en"] for name, pair in WORDS.items()}

    def tap(self, css: str) -> None:
        """Scrolled to the middle first, away from the messages at the bottom."""
        control = self.page.locator(css).first
        control.evaluate("node => node.scrollIntoView({block: 'center'})")
        control.tap()

    def press(self, word: str, within: str = "body") -> None:
        button = self.page.locator(within).get_by_role("button", name=self.words[word], exact=True).first
        button.evaluate("node => node.scrollIntoView({block: 'center'})")
        button.tap()

    def says(self, css: str, word: str) -> None:
        expect(self.page.locator(css).first).to_contain_text(self.words[word])

    def is_well(self) -> None:
        """Nothing is cut off, nothing too small for a finger, nothing left in the other language."""
        fits(self.page)
        if self.language == "en":
            in_english(self.page)


@pytest.fixture(params=["ja", "en"])
def phone(browse, newcomer, lead, draft, latin, request) -> Phone:
    newcomer.language = request.param
    newcomer.save()
    latin(2, title="Buyer")
    warm(lead, 90)
    locale = {"locale": {"ja": "ja-JP", "en": "en-US"}[request.param]}
    page = browse(newcomer, "/settings/", lost=True, **PHONE, **CLIPBOARD, **locale)
    page.set_default_timeout(10_000)
    phone = Phone(page, request.param)
    expect(page.get_by_role("dialog", name=phone.words["tour"])).to_be_visible()
    # the next page would show it again if it came before this is known
    with page.expect_response("**/tour/seen/"):
        phone.press("skip")
    return phone


def test_the_list_in_one_hand(phone, rep, lead):
    page, line = phone.page, Line(phone.page)
    page.goto("/leads/?view=all")
    expect(page.locator("#live")).to_have_attribute("data-s", "live")
    phone.is_well()
    _another_order(phone)
    _found_by_typing(phone)
    # what stands at the bottom is pressed before messages lie over it
    _a_hotter_one_comes(phone, line, lead)
    _filtered_and_kept_as_a_view(phone)
    _one_is_selected_and_moved_on(phone, lead)
    _the_bell(phone, rep, lead, line)
    _a_line_that_breaks(phone)
    assert SavedView.objects.filter(owner=rep, name="Buyers").exists()


def _another_order(phone: Phone) -> None:
    page = phone.page
    phone.tap(".order")
    page.locator("#orders").get_by_text(phone.words["order"], exact=True).tap()
    expect(page).to_have_url(re.compile("sort=name"))
    phone.says(".order", "order")
    page.go_back()
    phone.says(".order", "heat")


def _found_by_typing(phone: Phone) -> None:
    field = phone.page.locator("[name=q]")
    field.tap()
    field.press_sequentially("jane", delay=20)
    phone.says(".foot .count", "found")
    expect(field).to_be_focused()
    field.fill("")
    expect(phone.page.locator("#tb tr")).to_have_count(3)


def _filtered_and_kept_as_a_view(phone: Phone) -> None:
    page = phone.page
    phone.tap("#flt")
    page.select_option("#fb-f0", "title")
    expect(page.locator("#fb-o0")).to_have_value("has")
    page.locator("#fb-v0").fill("Buyer")
    phone.says("#fb-count", "match")
    phone.is_well()
    phone.tap("#fb .btn-primary")
    expect(page.locator("#tb tr")).to_have_count(2)
    page.locator(".bar a[href*='/views/new/']").tap()
    page.locator("#view-name").fill("Buyers")
    phone.is_well()
    phone.tap("#fb .btn-primary")
    expect(page.locator(".views [aria-current]")).to_contain_text("Buyers")
    page.locator(".views a").nth(2).tap()
    expect(page.locator("#tb tr")).to_have_count(3)


def _one_is_selected_and_moved_on(phone: Phone, lead: Lead) -> None:
    """A finger that stays selects."""
    page = phone.page
    card = page.locator(f"#lead-{lead.pk}")
    touch = page.context.new_cdp_session(page)
    box = card.bounding_box()
    point = {"x": box["x"] + 100, "y": box["y"] + 60}
    touch.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [point]})
    phone.says("#bulk b", "selected")
    touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    phone.is_well()
    phone.tap("[data-bulk=stage]")
    page.locator("#editor [value=working]").tap()
    expect(card.locator(".stage")).to_have_text(phone.words["stage"])
    phone.is_well()
    phone.press("undo", within=".toasts")
    expect(card.locator(".stage")).not_to_have_text(phone.words["stage"])
    phone.tap("[data-clear]")
    expect(page.locator("#bulk")).to_be_hidden()


def _a_hotter_one_comes(phone: Phone, line: Line, lead: Lead) -> None:
    page = phone.page
    cold = Lead.objects.exclude(pk=lead.pk).order_by("pk").last()
    line.send(line.frame({cold.pk: 97}))
    phone.says("#hotter", "hotter")
    phone.is_well()
    warm(cold, 97)
    phone.tap("#hotter")
    expect(page.locator("#tb tr").first).to_have_id(f"lead-{cold.pk}")


def _the_bell(phone: Phone, rep, lead: Lead, line: Line) -> None:
    page = phone.page
    note(rep, lead)
    line.send(frames.message("notice", n=1, trace="", ack="a"))
    expect(page.locator("#bell .dot")).to_have_text(re.compile(r"^\s*1\b"))
    phone.tap("#bell")
    expect(page.locator(".nt.unread")).to_have_count(1)
    phone.is_well()
    phone.press("read")
    expect(page.locator(".nt.unread")).to_have_count(0)
    page.go_back()
    expect(page.locator("#tb tr")).to_have_count(3)


def _a_line_that_breaks(phone: Phone) -> None:
    page = phone.page
    page.route("**/leads/?*owner=me*", lambda route: route.fulfill(status=503))
    page.locator(".views a").first.tap()
    expect(page.locator(".snack[data-tone=danger]")).to_be_visible()
    phone.is_well()
    expect(page.locator("#tb tr")).to_have_count(3)
    page.unroute_all()
    phone.press("again", within=".snack")
    expect(page.locator(".views a").first).to_have_attribute("aria-current", "page")


def test_a_lead_in_one_hand(phone, lead, draft):
    page = phone.page
    page.goto("/leads/?view=all")
    phone.tap(f"#lead-{lead.pk} .name")
    expect(page.locator("#draft-panel")).to_have_attribute("data-kind", "ready")
    phone.is_well()
    # what stands at the bottom is pressed before messages lie over it
    _a_deal_won(phone)
    _a_call_and_what_is_next(phone)
    _three_steps(phone, draft)
    _my_day(phone, lead)
    _the_menu(phone)
    _a_file_up_to_its_columns(phone)


def _a_call_and_what_is_next(phone: Phone) -> None:
    page = phone.page
    first = page.locator("#timeline > li:not(.day)").first
    page.locator("#call-note").fill("Wants a demo")
    phone.press("call")
    expect(first).to_contain_text(phone.words["called"])
    expect(page.locator(".noted")).to_contain_text("Wants a demo")
    page.locator("#note-body").fill("Budget is decided in May")
    phone.tap(".note .btn")
    expect(page.locator(".noted").first).to_contain_text("Budget is decided in May")
    # room for a day, an hour and its AM or PM
    assert page.locator("#next-due").bounding_box()["width"] >= 230
    page.locator("#next-text").fill("Prepare the demo")
    phone.tap("#next-form .btn")
    expect(page.locator(".snack", has_text=phone.words["saved"])).to_be_visible()
    phone.tap("#next-form .done")
    expect(first).to_contain_text("Prepare the demo")
    phone.tap("details.adjusting summary")
    page.locator("form.adjust [name=reason]").fill("Met at the fair")
    phone.is_well()
    phone.tap("form.adjust button")
    expect(page.locator(".by-hand li")).to_contain_text("Met at the fair")
    assert Note.objects.count() == 2


def _three_steps(phone: Phone, draft: Draft) -> None:
    page, panel = phone.page, phone.page.locator("#draft-panel")
    panel.locator("[data-copy-url]").tap()
    expect(panel).to_have_attribute("data-kind", "handed")
    assert SUBJECT in page.evaluate("navigator.clipboard.readText()")
    phone.is_well()
    phone.press("mark")
    expect(panel).to_have_attribute("data-kind", "sent")
    phone.is_well()
    phone.press("take_back")
    expect(panel).to_have_attribute("data-kind", "handed")
    phone.press("mark")
    expect(panel).to_have_attribute("data-kind", "sent")
    assert Draft.objects.get(pk=draft.pk).state == State.SENT


def _a_deal_won(phone: Phone) -> None:
    page = phone.page
    phone.tap("#deal-new > summary")
    form = page.locator("#deal-new form")
    form.locator("[name=name]").fill("Yearly plan")
    form.locator("[name=amount_jpy]").fill("1,200,000")
    phone.tap("#deal-new input[value=won]")
    phone.is_well()
    phone.tap("#deal-new .btn-primary")
    expect(page.locator("article.deal .deal-state")).to_have_text(phone.words["won"])
    assert Deal.objects.get().status == "won"


def _my_day(phone: Phone, lead: Lead) -> None:
    page = phone.page
    phone.tap(".bnav a")
    expect(page).to_have_url(re.compile("/day/$"))
    expect(page.locator(f"#day-recall-{lead.pk} .name")).to_be_visible()
    phone.is_well()
    page.locator(".day-head .seg a").last.tap()
    expect(page.locator(".day-head .seg a").last).to_have_attribute("aria-current", "true")
    phone.is_well()


def _the_menu(phone: Phone) -> None:
    page = phone.page
    phone.tap("[popovertarget=usermenu]")
    page.locator("#usermenu a[href='/help/']").tap()
    expect(page).to_have_url(re.compile("/help/$"))
    phone.is_well()
    phone.tap("[popovertarget=usermenu]")
    page.locator("#usermenu a[href^='/feedback/']").tap()
    page.locator("#feedback-form textarea").fill("It saves me an hour a day.")
    phone.is_well()
    page.locator("#feedback-form .btn-primary").tap()
    expect(page.get_by_text(phone.words["thanks"])).to_be_visible()
    assert Feedback.objects.count() == 1


def _a_file_up_to_its_columns(phone: Phone) -> None:
    page = phone.page
    phone.tap("[popovertarget=usermenu]")
    page.locator("#usermenu a[href='/leads/imports/']").tap()
    expect(page).to_have_url(re.compile("/imports/$"))
    phone.is_well()
    rows = "Name,Company,E-mail,Job title\nJim Poe,Midori Ltd.,jim@midori.example,Buyer\n"
    page.locator("input[type=file]").set_input_files(
        {"name": "fair.csv", "mimeType": "text/csv", "buffer": rows.encode()}
    )
    phone.tap(".upload .btn-primary")
    expect(page.locator("button[value=start]")).to_be_visible()
    phone.is_well()
