"""What somebody types, marks or chooses in the filter builder while the server sends its rows anew."""

import pytest
from playwright.sync_api import expect

from leads.tests.table_cast import crowd

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def held(browse, rep, company):
    """held(address, action) → the page with the builder open, and what that action's answer waits for."""
    crowd(3, company=company, owner=rep)

    def open_builder(address, action):
        page = browse(rep, address)
        page.locator("#flt").click()
        page.locator("#fb").wait_for()
        waiting = []
        page.route(f"**/filter/?*do={action}*", lambda route: waiting.append(route))
        return page, lambda: waiting[0].continue_()

    return open_builder


def test_a_letter_typed_in_the_moment_of_the_swap(held):
    page, answer = held("/leads/?view=all", "refresh")
    page.select_option("#fb-f0", "title")
    page.locator("#fb-v0").press_sequentially("部")
    page.evaluate(
        "document.addEventListener('htmx:before:settle', () => document.execCommand('insertText', false, '長'))"
    )
    answer()
    expect(page.locator("#fb-o0")).to_have_value("has")
    expect(page.locator("#fb-v0")).to_have_value("部長")
    expect(page.locator("#fb-v0")).to_be_focused()


def test_the_caret_stays_where_it_is(held):
    page, answer = held("/leads/?c=name:has:x&c=title:has:部長", "refresh")
    page.select_option("#fb-o0", "is")
    page.locator("#fb-v1").press("Home")
    answer()
    expect(page.locator("#fb-f0 ~ .v input")).to_have_value("x")
    expect(page.locator("#fb.htmx-request")).to_have_count(0)
    page.keyboard.type("本")
    expect(page.locator("#fb-v1")).to_have_value("本部長")


def test_who_went_on_typing_is_not_led_to_the_new_row(held):
    page, answer = held("/leads/?c=title:has:部", "add")
    page.locator("#fb [value=add]").click()
    page.locator("#fb-v0").press("End")
    page.keyboard.type("長")
    answer()
    expect(page.locator("#fb .r")).to_have_count(2)
    page.keyboard.type("代理")
    expect(page.locator("#fb-v0")).to_have_value("部長代理")


def test_a_row_that_moves_up_takes_its_words_with_it(held):
    page, answer = held("/leads/?c=name:has:x&c=title:has:部", "remove.0")
    page.locator("#fb [value='remove.0']").click()
    page.locator("#fb .r").last.locator("input[type=text]").press("End")
    page.keyboard.type("長")
    answer()
    expect(page.locator("#fb .r")).to_have_count(1)
    page.keyboard.type("代理")
    assert page.locator("#fb select.f").input_value() == "title"
    expect(page.locator("#fb .r input[type=text]")).to_have_value("部長代理")


def test_a_word_in_composition_is_not_torn(held):
    page, answer = held("/leads/?c=name:has:x&c=title:has:部", "refresh")
    page.select_option("#fb-o0", "is")
    page.locator("#fb-v1").press("End")
    session = page.context.new_cdp_session(page)
    session.send("Input.imeSetComposition", {"text": "ちょ", "selectionStart": 2, "selectionEnd": 2})
    answer()
    expect(page.locator("#fb.htmx-request")).to_have_count(0)
    session.send("Input.imeSetComposition", {"text": "ちょう", "selectionStart": 3, "selectionEnd": 3})
    session.send("Input.insertText", {"text": "長"})
    expect(page.locator("#fb-v1")).to_have_value("部長")


def test_an_open_list_stays_open(held):
    page, answer = held("/leads/?c=name:has:x&c=stage:in:new", "refresh")
    text, choice = (
        page.locator("#fb .r").filter(has=page.locator(css)) for css in ("input[type=text]", ".pick")
    )
    text.locator("select.o").select_option("is")
    choice.locator("summary").click()
    choice.locator("label").nth(2).click()
    answer()
    expect(page.locator("#fb.htmx-request")).to_have_count(0)
    expect(choice.locator("details")).to_have_attribute("open", "")
    expect(choice.locator("input:checked")).to_have_count(2)
    expect(choice.locator("label").nth(2).locator("input")).to_be_focused()
    expect(choice.locator(".ell")).to_contain_text("、")


def test_a_column_ticked_while_the_rows_move_is_added(browse, rep, company):
    crowd(3, company=company, owner=rep)
    page = browse(rep, "/leads/?view=all")
    page.get_by_role("link", name="列", exact=True).click()
    page.locator("#fb .cols").wait_for()
    waiting = []
    page.route("**/leads/columns/", lambda route: waiting.append(route))
    page.locator("#fb [value^='down.']:not(:disabled)").first.click()
    page.locator("#fb-p0 summary").click()
    page.locator("#fb-p0 label", has_text="役職").click()
    waiting[0].continue_()
    expect(page.locator("#fb.htmx-request")).to_have_count(0)
    expect(page.get_by_label("役職")).to_be_checked()
