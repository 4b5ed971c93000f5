"""Editing in the rows as a person does it: by keyboard, by mouse, against somebody else, and back again."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from leads.models import Lead
from leads.tests.factories import LeadFactory, UserFactory

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True}
AXE = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


@pytest.fixture
def leads(company, rep, colleague):
    """In the order of the table: all are cold, the newest first."""
    return [LeadFactory(company=company, owner=rep) for _ in range(5)][::-1]


def row(page, lead):
    return page.locator(f"#lead-{lead.pk}")


def stage(lead) -> str:
    return Lead.objects.get(pk=lead.pk).stage


def test_the_stage_by_keyboard_alone_and_back(browse, rep, leads):
    page = browse(rep, "/leads/?view=all")
    page.keyboard.press("j")
    page.keyboard.press("s")
    expect(page.locator("#editor .menu-item[aria-current]")).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(row(page, leads[1]).locator(".stage")).to_have_text("商談")
    expect(row(page, leads[1])).to_be_focused()
    expect(page.locator("#editor")).to_be_hidden()
    assert stage(leads[1]) == "meeting"
    expect(page.locator(".snack")).to_contain_text("段階を「商談」にしました")
    page.keyboard.press("u")
    expect(row(page, leads[1]).locator(".stage")).to_have_text("新規")
    expect(row(page, leads[1])).to_be_focused()
    assert stage(leads[1]) == "new"
    page.keyboard.press("s")
    expect(page.locator("#editor .menu-item[aria-current]")).to_be_focused()
    page.keyboard.press("4")
    expect(row(page, leads[1]).locator(".stage")).to_have_text("提案")


def test_after_a_way_back_in_the_history_rows_are_edited_as_before(browse, rep, leads):
    page = browse(rep, "/leads/?view=all")
    page.keyboard.press("s")
    page.locator("#editor [value=working]").click()
    expect(row(page, leads[0]).locator(".stage")).to_have_text("対応中")
    page.locator("th.c-n a").click()
    expect(page.locator("th.c-n")).to_have_attribute("aria-sort", "ascending")
    page.go_back()
    expect(page.locator("th.c-n")).not_to_have_attribute("aria-sort", "ascending")
    row(page, leads[0]).locator("td.k-s").click()
    page.locator("#editor [value=meeting]").click()
    expect(row(page, leads[0]).locator(".stage")).to_have_text("商談")
    page.locator("[data-export]").first.click()
    expect(page.locator("#editor .export-form")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#editor")).to_be_hidden()


def test_other_rows_are_not_touched_and_live_values_stay(browse, rep, leads):
    page = browse(rep, "/leads/?view=all")
    page.evaluate(
        """id => { for (const row of document.querySelectorAll('#tb tr')) row.marked = row.id;
                   document.querySelector(`#lead-${id} .v`).textContent = '77'; }""",
        leads[3].pk,
    )
    page.locator(f"#lead-{leads[0].pk} td.k-s").click()
    page.locator("#editor [value=working]").click()
    expect(row(page, leads[0]).locator(".stage")).to_have_text("対応中")
    kept = page.evaluate(
        "[...document.querySelectorAll('#tb tr')].filter(row => row.marked === row.id).length"
    )
    assert kept == 5
    assert row(page, leads[3]).locator(".v").inner_text() == "77"


def test_escape_changes_nothing_and_gives_the_focus_back(browse, rep, leads):
    page = browse(rep, "/leads/?view=all")
    for key, where in (("s", ".menu-item"), ("w", ".menu-item"), ("n", "#editor-text")):
        page.keyboard.press(key)
        page.locator(f"#editor {where}").first.wait_for()
        page.keyboard.press("j")  # belongs to the editor, not to the table
        page.keyboard.press("Escape")
        expect(page.locator("#editor")).to_be_hidden()
        expect(row(page, leads[0])).to_be_focused()
    assert set(Lead.objects.values_list("version", flat=True)) == {1}


def test_the_owner_is_found_by_typing(browse, rep, team, leads):
    for number in range(8):
        UserFactory(last_name="部員", first_name=f"{number}番", role="rep", member_of=(team,))
    page = browse(rep, "/leads/?view=all")
    page.keyboard.press("w")
    expect(page.locator("#editor-filter")).to_be_focused()
    page.keyboard.type("部員５")
    expect(page.locator("#editor .menu-item:visible")).to_have_count(1)
    page.keyboard.press("Enter")
    expect(row(page, leads[0]).locator(".nm")).to_have_text("部員")
    assert Lead.objects.get(pk=leads[0].pk).owner.first_name == "5番"


def test_the_next_action_and_its_time(browse, rep, leads):
    page = browse(rep, "/leads/?view=all")
    page.keyboard.press("n")
    expect(page.locator("#editor-text")).to_be_focused()
    page.keyboard.type("見積もりを送る")
    page.locator("#editor .editor-times .btn").last.click()
    page.keyboard.press("Enter")
    expect(row(page, leads[0]).locator("td.k-a")).to_contain_text("見積もりを送る")
    assert Lead.objects.get(pk=leads[0].pk).next_action_due_at


def test_a_click_elsewhere_keeps_what_was_typed(browse, rep, leads):
    page = browse(rep, "/leads/?view=all")
    page.keyboard.press("n")
    page.locator("#editor-text").fill("電話")
    page.locator(".foot").click(position={"x": 300, "y": 10})
    expect(row(page, leads[0]).locator("td.k-a")).to_contain_text("電話")


def test_what_is_missing_is_said_in_the_editor(browse, rep, leads):
    page = browse(rep, "/leads/?view=all")
    page.keyboard.press("n")
    page.locator("#editor-due").fill("2030-01-07T10:00")
    page.keyboard.press("Enter")
    expect(page.locator("#editor [role=alert]")).to_have_text("期限までに行う内容を入力してください。")
    expect(page.locator("#editor-text")).to_be_focused()
    assert page.input_value("#editor-due") == "2030-01-07T10:00"
    assert page.locator(".snack").count() == 0


def test_a_conflict_is_shown_and_decided(browse, rep, colleague, leads):
    page = browse(rep, "/leads/?view=all")
    page.keyboard.press("s")
    page.locator("#editor .menu-item").first.wait_for()
    Lead.objects.filter(pk=leads[0].pk).update(stage="won")
    page.locator("#editor [value=proposal]").click()
    expect(page.locator("#editor .versus")).to_be_visible()
    assert page.locator("#editor dd").all_inner_texts() == ["受注", "提案"]
    assert stage(leads[0]) == "won"
    page.locator("#editor .btn-primary").click()
    expect(row(page, leads[0]).locator(".stage")).to_have_text("提案")
    assert stage(leads[0]) == "proposal"


def test_an_undo_that_comes_too_late_says_so(browse, rep, leads):
    page = browse(rep, "/leads/?view=all")
    page.keyboard.press("s")
    page.locator("#editor [value=working]").click()
    page.locator(".snack").wait_for()
    Lead.objects.filter(pk=leads[0].pk).update(stage="lost")
    page.locator(".snack button").first.click()
    expect(page.locator(".snack[data-tone=danger]")).to_contain_text("今の値のまま")
    assert stage(leads[0]) == "lost"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("key", ["s", "w", "n"])
def test_the_editors_are_accessible_in_english_too(browse, rep, leads, scheme, key):
    rep.language = "en"
    rep.save()
    page = browse(rep, "/leads/?view=all", color_scheme=scheme)
    page.keyboard.press(key)
    page.locator("#editor form").wait_for()
    found = Axe().run(page, options=AXE).response["violations"]
    assert [(rule["id"], node["html"]) for rule in found for node in rule["nodes"]] == []


def test_on_a_phone_a_touch_opens_the_lead(browse, rep, leads):
    page = browse(rep, "/leads/?view=all", **PHONE)
    page.locator(f"#lead-{leads[0].pk} td.k-s").tap(force=True)
    page.wait_for_url(f"**/leads/{leads[0].pk}/")
    assert page.locator("button[name=stage]").count() == 7
