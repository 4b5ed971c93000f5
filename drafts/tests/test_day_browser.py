"""My day as a person uses it: keys, a copy, news that come while one looks, a phone."""

from __future__ import annotations

from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import expect

from drafts.models import Draft, State
from drafts.tests.factories import SUBJECT, DraftFactory
from drafts.tests.test_day_stop_wishes import asked
from leads.models import Lead
from leads.tests.factories import LeadFactory
from leads.tests.line import Line
from leads.tests.test_day import left_at, visits
from leads.tests.test_table_browser import AXE

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True}
CLIPBOARD = {"permissions": ["clipboard-read", "clipboard-write"]}


@pytest.fixture
def calls(company, rep):
    now = timezone.now()
    return [
        LeadFactory(
            company=company, owner=rep, family_name=f"折返{n}", recall_at=now - timedelta(hours=9 - n)
        )
        for n in range(3)
    ]


@pytest.fixture
def line(browse, rep, calls):
    """The page on screen, its socket in our hands."""

    def open_line(**options):
        page = browse(rep, "/settings/", **options)
        line = Line(page)
        line.page = page
        page.goto("/day/")
        page.wait_for_selector("#live[data-s=live]")
        return line

    return open_line


def names(page, section="recall") -> list[str]:
    return page.locator(f"#{section} .day-line .name").all_inner_texts()


def at(page, hidden: bool) -> None:
    """The tab comes into view, or leaves it."""
    page.evaluate(
        """hidden => {
            Object.defineProperty(document, "hidden", {configurable: true, get: () => hidden});
            document.dispatchEvent(new Event("visibilitychange"));
        }""",
        hidden,
    )


def test_two_keys_lead_there_and_one_more_opens_a_lead(browse, rep, calls):
    page = browse(rep, "/settings/")
    page.keyboard.press("g")
    page.keyboard.press("d")
    page.wait_for_url("**/day/")
    expect(page.locator(".rail [aria-current=page]")).to_have_attribute("href", "/day/")
    page.locator("#recall .name").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/leads/{calls[0].pk}/")


def test_copied_and_marked_as_sent_it_leaves_the_list_until_it_is_taken_back(browse, rep, lead):
    draft = DraftFactory(lead=lead, requested_by=rep)
    page = browse(rep, "/day/", **CLIPBOARD)
    page.get_by_role("button", name="山田 花子 への下書きをコピー").click()
    mark = page.get_by_role("button", name="山田 花子 へのメールを送信済みにする")
    mark.wait_for()
    assert SUBJECT in page.evaluate("navigator.clipboard.readText()")
    assert Draft.objects.get(pk=draft.pk).state == State.SCHEDULED
    mark.click()
    expect(page.locator("#drafts .day-none")).to_be_visible()
    assert Draft.objects.get(pk=draft.pk).state == State.SENT
    page.locator(".snack button", has_text="元に戻す").last.click()
    expect(mark).to_be_visible()
    assert Draft.objects.get(pk=draft.pk).state == State.SCHEDULED


def test_a_frame_changes_the_number_in_place(line, calls):
    line = line()
    row = line.page.locator(f"#day-recall-{calls[1].pk}")
    line.send(line.frame({calls[1].pk: 90}))
    expect(row.locator(".v")).to_have_text("90")
    assert row.locator(".temp").get_attribute("data-b") == "hot"
    assert names(line.page) == ["折返0 花子", "折返1 花子", "折返2 花子"]


def test_rows_stay_under_the_hand_and_a_pill_offers_what_is_new(line, calls):
    line = line()
    page = line.page
    page.locator("#recall .name").nth(1).focus()
    Lead.objects.filter(pk=calls[0].pk).update(recall_at=None)
    page.evaluate("document.dispatchEvent(new CustomEvent('sd:resync'))")
    pill = page.locator("#day-news")
    expect(pill).to_be_visible()
    assert len(names(page)) == 3
    page.keyboard.press(".")
    expect(page.locator("#recall .day-line")).to_have_count(2)
    expect(pill).to_have_count(0)
    assert page.evaluate("document.activeElement.textContent") == "折返1 花子"


def test_without_a_hand_on_it_the_page_follows_by_itself(line, calls):
    line = line()
    Lead.objects.filter(pk=calls[0].pk).update(recall_at=None)
    line.page.evaluate("document.dispatchEvent(new CustomEvent('sd:resync'))")
    expect(line.page.locator("#recall .day-line")).to_have_count(2)
    expect(line.page.locator("#day-news")).to_have_count(0)


def test_a_tab_that_comes_back_into_view_is_up_to_date(line, calls):
    line = line()
    page = line.page
    page.locator("#recall .name").nth(1).focus()
    at(page, hidden=True)
    Lead.objects.filter(pk=calls[2].pk).update(recall_at=None)
    at(page, hidden=False)
    expect(page.locator("#recall .day-line")).to_have_count(2)


def test_an_own_step_takes_effect_although_the_hand_is_on(line, rep, company):
    DraftFactory(lead=LeadFactory(company=company), requested_by=rep)
    line = line(**CLIPBOARD)
    line.page.locator("#drafts [data-copy-url]").click()
    line.page.locator("#drafts .day-do button", has_text="送信済み").click()
    expect(line.page.locator("#drafts .day-line")).to_have_count(0)
    expect(line.page.locator("#day-news")).to_have_count(0)


def test_scrolling_stays_where_it_is(line, company, rep):
    for n in range(8):
        left_at(LeadFactory(company=company, owner=rep), 81 + n / 10, timedelta(days=2))
        visits(LeadFactory(company=company, owner=rep), 25, timedelta(days=6))
    line = line()
    page = line.page
    page.locator(".page").evaluate("node => node.scrollTo(0, 300)")
    page.evaluate("document.dispatchEvent(new CustomEvent('sd:resync'))")
    page.wait_for_timeout(2500)
    assert page.locator(".page").evaluate("node => node.scrollTop") == 300


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_on_a_phone_nothing_sticks_out_and_a_call_is_one_touch(browse, rep, calls, scheme):
    page = browse(rep, "/day/", color_scheme=scheme, **PHONE)
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    assert page.locator(".page").evaluate("node => node.scrollWidth <= node.clientWidth")
    call = page.get_by_role("link", name="折返0 花子 に電話する 03-1234-5678")
    box = call.bounding_box()
    assert min(box["width"], box["height"]) >= 44
    assert call.get_attribute("href") == "tel:03-1234-5678"
    expect(page.locator(".bnav [aria-current=page]")).to_have_attribute("href", "/day/")


def test_without_scripts_the_copy_button_shows_the_text_on_a_page(browse, rep, lead):
    DraftFactory(lead=lead, requested_by=rep)
    page = browse(rep, "/day/", java_script_enabled=False)
    page.locator("#drafts .day-do button").click()
    expect(page.get_by_label("件名")).to_have_value(SUBJECT)
    page.goto("/day/")
    page.locator("#drafts .day-do button").click()
    page.get_by_role("button", name="送信済みを取り消す").click()
    page.goto("/day/")
    expect(page.locator("#drafts .day-do button")).to_have_text("送信済みにする")


@pytest.mark.parametrize(("button", "stopped"), [("メールを停止する", True), ("停止の希望ではない", False)])
def test_a_reply_that_may_ask_to_stop_is_answered_on_a_phone(browse, rep, company, button, stopped):
    lead = LeadFactory(company=company, owner=rep)
    asked(lead, rep)
    page = browse(rep, "/day/?who=me", **PHONE)
    expect(page.locator("#stop .day-line")).to_have_count(1)
    found = Axe().run(page, options=AXE).response["violations"]
    assert [(rule["id"], node["html"]) for rule in found for node in rule["nodes"]] == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.locator("#stop").get_by_text(button).tap()
    expect(page.locator("#stop")).to_have_count(0)
    assert (Lead.objects.get(pk=lead.pk).opted_out_at is not None) == stopped
