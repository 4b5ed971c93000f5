"""Hands that are faster than the server: what is typed for an editor that is still on its way."""

import pytest
from playwright.sync_api import expect

from leads.models import Lead
from leads.tests.factories import LeadFactory

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def leads(company, rep):
    """In the order of the table: all are cold, the newest first."""
    return [LeadFactory(company=company, owner=rep) for _ in range(3)][::-1]


@pytest.fixture
def held(browse, rep, leads):
    """The table, and what lets the first editor that was asked for come."""
    page = browse(rep, "/leads/?view=all")
    waiting = []
    page.route("**/edit/*/?*", lambda route: route.continue_() if waiting else waiting.append(route))

    def let_go():
        page.wait_for_timeout(200)
        waiting[0].continue_()

    return page, let_go


def row(page, lead):
    return page.locator(f"#lead-{lead.pk}")


def test_a_digit_is_a_stage_and_no_tab(held, leads):
    page, let_go = held
    page.keyboard.type("s3")
    let_go()
    expect(row(page, leads[0]).locator(".stage")).to_have_text("商談")
    assert page.url.endswith("/leads/?view=all")
    assert Lead.objects.get(pk=leads[0].pk).stage == "meeting"


def test_a_sentence_asks_for_no_draft_and_opens_no_lead(held, leads):
    page, let_go = held
    page.keyboard.type("nsend demo, OK?")
    page.keyboard.press("Enter")
    let_go()
    expect(row(page, leads[0]).locator("td.k-a")).to_contain_text("send demo, OK?")
    expect(page.locator("#panel")).to_be_hidden()
    expect(page.locator("#keys")).to_be_hidden()


def test_what_was_mistyped_can_be_taken_back(held, leads):
    page, let_go = held
    page.keyboard.type("nCalk")
    page.keyboard.press("Backspace")
    page.keyboard.type("l")
    page.keyboard.press("Enter")
    let_go()
    expect(row(page, leads[0]).locator("td.k-a")).to_contain_text("Call")


def test_keys_of_the_browser_stay_its_own(held):
    page, let_go = held
    page.keyboard.press("s")
    press = "key => document.body.dispatchEvent(new KeyboardEvent('keydown', {key, bubbles: true, cancelable: true}))"
    assert [page.evaluate(press, key) for key in ("F5", "Tab", "x")] == [True, True, False]
    let_go()


def test_escape_sends_it_away_again(held, leads):
    page, let_go = held
    page.keyboard.press("n")
    page.keyboard.press("Escape")
    let_go()
    expect(row(page, leads[0])).to_be_focused()
    page.keyboard.press("j")
    expect(row(page, leads[1])).to_be_focused()


def test_an_editor_that_does_not_come_leaves_the_keys_to_the_page(browse, rep, leads):
    page = browse(rep, "/leads/?view=all", lost=True)
    page.route("**/edit/*/?*", lambda route: route.fulfill(status=503))
    page.keyboard.press("s")
    page.locator(".snack").wait_for()
    page.keyboard.press("j")
    expect(row(page, leads[1])).to_be_focused()
