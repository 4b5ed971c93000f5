"""The names of those that an edit left out, beside the table: read, followed, closed, by keyboard too."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from leads.tests.factories import LeadFactory
from leads.tests.test_selection_browser import AXE, PHONE, stage_of_all

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def leads(company, rep):
    """Three of which one is in the meeting stage already."""
    return [LeadFactory(company=company, owner=rep, stage=stage) for stage in ("new", "meeting", "new")]


@pytest.fixture
def edited(browse, rep, leads):
    """edited(**options) → the table, after all three were to be set to the meeting stage."""

    def open_page(**options):
        page = browse(rep, "/leads/?view=all", **options)
        page.locator("#tb tr").first.wait_for()
        page.locator("#tb tr[data-id]").first.focus()
        for _ in leads:
            page.keyboard.press("x")
            page.keyboard.press("j")
        stage_of_all(page, "meeting")
        return page

    return open_page


def test_it_names_links_and_closes(edited, leads):
    page = edited()
    report = page.get_by_role("region", name="変更しなかったリード：1件")
    expect(report.get_by_role("link", name="山田 花子")).to_have_attribute("href", f"/leads/{leads[1].pk}/")
    expect(report).to_contain_text("すでに同じ値")
    assert Axe().run(page, options=AXE).response["violations"] == []
    close = report.get_by_role("button", name="閉じる")
    close.focus()
    page.keyboard.press("Enter")
    expect(report).to_have_count(0)
    assert page.locator("#tb tr").count() == 3


def test_it_covers_neither_the_toast_nor_the_bar(edited):
    page = edited()
    page.locator("#left-out").wait_for()
    boxes = [page.locator(one).bounding_box() for one in ("#left-out", ".snack", "#bulk")]
    report, *others = boxes
    for other in others:
        apart = report["y"] + report["height"] <= other["y"] or report["x"] >= other["x"] + other["width"]
        assert apart, (report, other)


def test_on_a_phone_it_stays_within_the_width(browse, rep, leads):
    page = browse(rep, "/leads/?view=all", **PHONE)
    page.locator("#tb tr").first.wait_for()
    ids = ",".join(str(lead.pk) for lead in leads)
    page.evaluate(
        """ids => htmx.ajax("POST", "/leads/edits/many/stage/", {source: document.body, swap: "none",
             values: {ids, request_id: crypto.randomUUID(), stage: "meeting"}})""",
        ids,
    )
    box = page.locator("#left-out").bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 390
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
