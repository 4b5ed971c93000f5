"""Selecting and changing many as a person does it: keys, Shift, pages, all of a filter, a finger."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from leads.live import frames
from leads.models import Lead
from leads.tests.factories import LeadFactory
from leads.tests.line import Line

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True}
AXE = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


@pytest.fixture
def leads(company, rep):
    """In the order of the table: all are cold, the newest first."""
    return [LeadFactory(company=company, owner=rep) for _ in range(53)][::-1]


def selected(page) -> int:
    return page.locator("#tb tr[aria-selected=true] .ck input:checked").count()


def says(page, text: str) -> None:
    expect(page.locator("#bulk b")).to_have_text(text)


def stage_of_all(page, stage: str) -> None:
    page.locator("[data-bulk=stage]").click()
    page.locator(f"#editor [value={stage}]").click()


def test_by_keyboard_alone(browse, rep, colleague, leads):
    page = browse(rep, "/leads/?view=all")
    expect(page.locator("#bulk")).to_be_hidden()
    page.keyboard.press("x")
    page.keyboard.press("Shift+J")
    page.keyboard.press("Shift+J")
    says(page, "3件を選択中")
    assert selected(page) == 3
    page.locator("[data-bulk=owner]").focus()
    page.keyboard.press("Enter")
    page.locator("#editor .menu-item").first.wait_for()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator(".snack")).to_contain_text("3件の担当を「鈴木 彩」にしました")
    expect(page.locator("#tb tr:nth-child(3) .nm")).to_have_text("鈴木")
    assert Lead.objects.filter(owner=colleague).count() == 3
    expect(page.locator("[data-bulk=owner]")).to_be_focused()
    page.keyboard.press("u")
    expect(page.locator("#tb tr:nth-child(3) .nm")).to_have_text("佐藤")
    assert Lead.objects.filter(owner=colleague).count() == 0
    says(page, "3件を選択中")
    page.keyboard.press("Escape")
    expect(page.locator("#bulk")).to_be_hidden()
    assert selected(page) == 0


def test_by_mouse_with_shift_and_the_heading(browse, rep, leads):
    page = browse(rep, "/leads/?view=all")
    boxes = page.locator("#tb .ck input")
    boxes.nth(1).click()
    boxes.nth(5).click(modifiers=["Shift"])
    says(page, "5件を選択中")
    assert page.locator("#pick-page").evaluate("box => box.indeterminate")
    boxes.nth(3).click()
    says(page, "4件を選択中")
    page.locator("#pick-page").click()
    says(page, "50件を選択中")
    page.locator("#pick-page").click()
    expect(page.locator("#bulk")).to_be_hidden()


def test_it_survives_pages_orders_and_fresh_rows_but_not_another_filter(browse, rep, leads):
    page = browse(rep, "/leads/?view=all")
    page.locator("#tb .ck input").first.click()
    page.locator("a[rel=next]").click()
    expect(page.locator(".foot .count")).to_contain_text("51")
    says(page, "1件を選択中")
    page.locator("#tb .ck input").first.click()
    says(page, "2件を選択中")
    page.locator("th.c-n a").click()
    expect(page.locator("th.c-n")).to_have_attribute("aria-sort", "ascending")
    says(page, "2件を選択中")
    page.locator(".views a").first.click()
    page.wait_for_url("**owner=me**")
    expect(page.locator("#bulk")).to_be_hidden()


def test_all_that_match_after_a_full_page(browse, rep, leads):
    page = browse(rep, "/leads/?view=all")
    page.locator("#pick-page").click()
    page.locator("[data-all]").click()
    says(page, "53件を選択中")
    page.locator("#tb .ck input").first.click()
    says(page, "52件を選択中")
    stage_of_all(page, "won")
    expect(page.locator(".snack")).to_contain_text("52件の段階を「受注」にしました")
    assert Lead.objects.filter(stage="won").count() == 52
    expect(page.locator("#bulk")).to_be_hidden()
    expect(page.locator("#tb tr:nth-child(9) .stage")).to_have_text("受注")


def test_more_than_a_hundred_are_asked_about_first(browse, rep, company, leads):
    for _ in range(50):
        LeadFactory(company=company, owner=rep)
    page = browse(rep, "/leads/?view=all")
    page.locator("#pick-page").click()
    page.locator("[data-all]").click()
    says(page, "103件を選択中")
    stage_of_all(page, "won")
    expect(page.locator("#confirm-text")).to_contain_text("103件の段階を変更します")
    page.locator("#confirm [value=no]").click()
    assert Lead.objects.filter(stage="won").count() == 0
    page.locator("#editor [value=won]").click()
    page.locator("#confirm [value=yes]").click()
    expect(page.locator(".snack")).to_contain_text("103件の段階")
    assert Lead.objects.filter(stage="won").count() == 103


def test_a_large_one_shows_how_far_it_is_and_is_found_again(browse, rep, leads, monkeypatch):
    from leads.editing import bulk, running

    monkeypatch.setattr(bulk, "SMALL", 10)
    monkeypatch.setattr("leads.editing.tasks.run_edit.delay", lambda _edit: None)
    page = browse(rep, "/leads/?view=all")
    page.locator("#pick-page").click()
    stage_of_all(page, "working")
    expect(page.locator("#bulk-job")).to_contain_text("「段階」を変更しています：0／50件")
    page.reload()
    expect(page.locator("#bulk-job")).to_contain_text("0／50件")
    running.run(edit_id=bulk.LeadEdit.objects.get().pk)
    expect(page.locator(".snack")).to_contain_text("50件の段階を「対応中」にしました")
    expect(page.locator("#bulk-job")).to_be_empty()
    expect(page.locator("#tb tr:nth-child(9) .stage")).to_have_text("対応中")


def test_a_finger_that_stays_selects_and_a_touch_then_selects_more(browse, rep, leads):
    page = browse(rep, "/leads/?view=all", **PHONE)
    card = page.locator("#tb tr").first
    box = card.bounding_box()
    touch = page.context.new_cdp_session(page)
    point = [{"x": box["x"] + 100, "y": box["y"] + 60}]
    touch.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": point})
    says(page, "1件を選択中")
    touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    assert page.url.endswith("/leads/?view=all")
    expect(page.locator("[data-bulk=next_action]")).to_be_visible()
    page.locator("#tb tr").nth(1).tap(position={"x": 60, "y": 50})
    says(page, "2件を選択中")
    expect(page.locator("[data-bulk=next_action]")).to_be_hidden()
    stage_of_all(page, "meeting")
    expect(page.locator("#tb tr:nth-child(2) .stage")).to_have_text("商談")
    page.locator("[data-clear]").click()
    page.locator("#tb tr").first.tap(position={"x": 60, "y": 50})
    page.wait_for_url(f"**/leads/{leads[0].pk}/")


def test_on_a_phone_the_next_action_of_one(browse, rep, leads):
    page = browse(rep, "/leads/?view=all", **PHONE)
    page.locator("#tb tr").first.focus()
    page.keyboard.press("x")
    page.locator("[data-bulk=next_action]").click()
    page.locator("#editor-text").fill("電話")
    page.locator("#editor .btn-primary").click()
    expect(page.locator("#tb tr").first.locator("td.k-a")).to_contain_text("電話")


def test_what_somebody_else_edits_reaches_the_row(browse, rep, leads):
    page = browse(rep, "/settings/")
    line = Line(page)
    line.page = page
    page.goto("/leads/?view=all")
    page.wait_for_selector("#live[data-s=live]")
    Lead.objects.filter(pk=leads[2].pk).update(stage="proposal")
    line.send(frames.message("rows", ids=[leads[2].pk, 10**9]))
    expect(page.locator(f"#lead-{leads[2].pk} .stage")).to_have_text("提案")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [{}, PHONE], ids=["desktop", "phone"])
def test_the_bar_is_accessible(browse, rep, leads, size, scheme):
    page = browse(rep, "/leads/?view=all", color_scheme=scheme, **size)
    page.locator("#tb tr").first.focus()
    page.keyboard.press("x")
    says(page, "1件を選択中")
    found = Axe().run(page, options=AXE).response["violations"]
    assert [(rule["id"], node["html"]) for rule in found for node in rule["nodes"]] == []
