"""The lead table and the lead page as a person uses them: typing, keys, back, a phone, without JavaScript."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from leads.tests.factories import LeadFactory
from leads.tests.table_cast import crowd

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True}
AXE = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


@pytest.fixture
def leads(company, rep):
    many = crowd(58, company=company, owner=rep)
    return [*many, LeadFactory(company=company, owner=rep, family_name="髙橋", family_kana="タカハシ")]


def count(page) -> str:
    return page.locator(".foot .count").inner_text()


def until(page, text: str) -> None:
    page.wait_for_function(
        "text => document.querySelector('.foot .count').textContent.includes(text)", arg=text
    )


def test_typing_searches_and_keeps_the_focus(browse, rep, leads):
    page = browse(rep, "/leads/")
    page.keyboard.press("/")
    page.keyboard.type("たかはし", delay=30)
    until(page, "1件中")
    assert page.locator("#tb .name").all_inner_texts() == ["髙橋 花子"]
    expect(page.locator("[name=q]")).to_be_focused()
    assert page.input_value("[name=q]") == "たかはし"
    assert re.search(r"\?q=[^&]+&owner=me$", page.url)


def test_a_word_in_composition_is_not_searched(browse, rep, leads):
    page = browse(rep, "/leads/")
    asked = []
    page.on("request", lambda request: asked.append(request.url) if "q=" in request.url else None)
    page.focus("[name=q]")
    session = page.context.new_cdp_session(page)
    session.send("Input.imeSetComposition", {"text": "たかは", "selectionStart": 3, "selectionEnd": 3})
    page.wait_for_timeout(500)
    assert asked == []
    session.send("Input.insertText", {"text": "高橋"})
    until(page, "1件中")
    assert len(asked) == 1


def test_escape_leaves_the_search_and_what_it_found(browse, rep, leads):
    page = browse(rep, "/leads/?view=all&q=高橋")
    found = page.locator(".count").inner_text()
    page.keyboard.press("/")
    page.keyboard.press("Escape")
    expect(page.locator("[data-search]")).not_to_be_focused()
    assert (page.locator("[data-search]").input_value(), page.locator(".count").inner_text()) == (
        "高橋",
        found,
    )
    page.keyboard.press("j")
    expect(page.locator("#tb tr.cur")).to_be_focused()


def test_escape_in_a_conversion_stays_in_the_search(browse, rep, leads):
    page = browse(rep, "/leads/?view=all")
    page.keyboard.press("/")
    told = "{key: 'Escape', isComposing: true, bubbles: true, cancelable: true}"
    assert page.evaluate(f"document.activeElement.dispatchEvent(new KeyboardEvent('keydown', {told}))")
    expect(page.locator("[data-search]")).to_be_focused()


def test_pages_orders_and_back(browse, rep, leads):
    page = browse(rep, "/leads/?view=all")
    page.locator("#wrap").evaluate("wrap => { wrap.scrollTop = 900; }")
    page.locator("a[rel=next]").click()
    until(page, "51–59")
    assert page.locator("#wrap").evaluate("wrap => wrap.scrollTop") == 0
    page.locator("th.c-n a").click()
    until(page, "1–50")
    assert page.locator("th.c-n").get_attribute("aria-sort") == "ascending"
    page.go_back()
    until(page, "51–59")
    page.go_back()
    until(page, "1–50")
    assert page.locator("html").get_attribute("lang") == "ja"


def test_keys_walk_the_rows_and_open_a_lead(browse, rep, leads):
    page = browse(rep, "/leads/?view=all")
    for key in "jjk":
        page.keyboard.press(key)
    expect(page.locator(f"#lead-{leads[1].pk}")).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/leads/{leads[1].pk}/")
    page.reload()
    page.keyboard.press("Escape")
    page.wait_for_url("**/leads/")


def test_the_cursor_stays_on_its_lead_when_rows_come_anew(browse, rep, leads):
    page = browse(rep, "/leads/?view=all")
    page.keyboard.press("j")
    page.locator(".views a").first.click()
    page.wait_for_url("**/leads/?owner=me")
    assert page.locator("tr.cur").get_attribute("id") == f"lead-{leads[1].pk}"


def test_a_call_in_two_clicks_loses_nothing_typed(browse, rep, leads):
    lead = leads[0]
    page = browse(rep, f"/leads/{lead.pk}/")
    page.fill("#note-body", "途中のメモ")
    page.fill("#next-text", "資料を送る")
    page.locator(".calls summary").click()
    page.locator(".calls .menu-item").first.click()
    page.get_by_text("通話を記録しました。").wait_for()
    assert page.locator("#timeline li").nth(1).inner_text().startswith("電話：再架電")
    assert page.input_value("#note-body") == "途中のメモ"
    assert page.input_value("#next-text") == "資料を送る"
    page.locator(".note .btn").click()
    page.locator(".noted").wait_for()
    assert page.input_value("#note-body") == ""


def test_older_events_come_when_they_are_scrolled_to(browse, rep, lead):
    from leads.tests.table_cast import warm

    warm(lead, times=25)
    page = browse(rep, f"/leads/{lead.pk}/")
    page.locator("#timeline > li:not(.day)").nth(19).scroll_into_view_if_needed()
    page.locator(".older").wait_for(state="detached")
    assert page.locator("#timeline li:not(.day)").count() == 25


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [{}, PHONE], ids=["desktop", "phone"])
def test_the_pages_are_accessible(browse, rep, leads, size, scheme):
    page = browse(rep, "/leads/", color_scheme=scheme, **size)
    for path in ("/leads/", "/leads/?min_t=100", f"/leads/{leads[0].pk}/", "/leads/new/"):
        page.goto(path)
        page.wait_for_load_state("networkidle")
        found = Axe().run(page, options=AXE).response["violations"]
        assert [(rule["id"], node["html"]) for rule in found for node in rule["nodes"]] == []


def test_all_of_it_without_javascript(browse, rep, leads):
    page = browse(rep, "/leads/", java_script_enabled=False)
    page.fill("[name=q]", "高橋")
    page.keyboard.press("Enter")
    page.wait_for_url("**/leads/?**q=*")
    assert count(page) == "1件中 1–1"
    page.locator(".fchip .x").last.click()
    page.locator("th.c-n a").click()
    page.locator("#tb .name").first.click()
    page.locator("button[value=absent]").click()
    assert page.locator("[data-toast]").inner_text() == "通話を記録しました。"
