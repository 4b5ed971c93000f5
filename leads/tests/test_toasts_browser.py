"""A toast that stands is not moved by what begins meanwhile: one of its buttons may be under a finger."""

from itertools import pairwise

import pytest
from playwright.sync_api import expect

from leads.tests.factories import LeadFactory
from leads.tests.line import Line, warm
from leads.tests.test_selection_browser import PHONE

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]


def test_on_a_phone_a_selection_neither_moves_nor_covers_a_toast(browse, rep, company):
    LeadFactory(company=company, owner=rep)
    page = browse(rep, "/leads/?view=all", **PHONE)
    page.evaluate("""() => document.dispatchEvent(
        new CustomEvent("sd:toast", {detail: {text: "保存しました", sticky: true}}))""")
    stood = page.locator(".snack").bounding_box()
    card = page.locator("#tb tr").first.bounding_box()
    point = [{"x": card["x"] + 100, "y": card["y"] + 60}]
    touch = page.context.new_cdp_session(page)
    touch.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": point})
    expect(page.locator("#bulk b")).to_have_text("1件を選択中")
    assert page.locator(".snack").bounding_box() == stood
    assert stood["y"] + stood["height"] <= page.locator("#bulk").bounding_box()["y"]


@pytest.fixture
def hotter(browse, rep, company):
    """A table on a phone that offers to show who became hotter."""
    leads = LeadFactory.create_batch(53, company=company, owner=rep)
    page = browse(rep, "/settings/", **PHONE)
    line = Line(page)
    for lead in leads[:3]:
        warm(lead, 50)
    page.goto("/leads/?view=all")
    page.wait_for_selector("#live[data-s=live]")
    line.send(line.frame({leads[-1].pk: 90}))
    assert line.until(lambda: page.locator("#hotter").count() == 1)
    return page


def apart(page, *names: str) -> bool:
    boxes = sorted((page.locator(name).first.bounding_box() for name in names), key=lambda box: box["y"])
    return all(upper["y"] + upper["height"] <= lower["y"] for upper, lower in pairwise(boxes))


def test_on_a_phone_no_message_covers_the_hotter_ones(hotter):
    hotter.evaluate("""() => { for (const text of ["保存しました", "とても長い文です。".repeat(12)])
        document.dispatchEvent(new CustomEvent("sd:toast", {detail: {text, sticky: true}})) }""")
    assert apart(hotter, "#hotter", ".snack:nth-child(1)", ".snack:nth-child(2)")


@pytest.mark.parametrize("language", ["ja", "en"])
def test_on_a_phone_an_edit_under_way_does_not_either(hotter, rep, language, monkeypatch):
    from leads.editing import bulk

    monkeypatch.setattr(bulk, "SMALL", 10)
    monkeypatch.setattr("leads.editing.tasks.run_edit.delay", lambda _edit: None)
    rep.language = language
    rep.save()
    ids = hotter.locator("#tb tr").evaluate_all("rows => rows.map(row => row.dataset.id).join()")
    hotter.evaluate(
        """ids => htmx.ajax("POST", "/leads/edits/many/stage/", {source: document.body, swap: "none",
             values: {ids, request_id: crypto.randomUUID(), stage: "meeting"}})""",
        ids,
    )
    hotter.locator(".job progress").wait_for()
    hotter.evaluate("""() => document.dispatchEvent(
        new CustomEvent("sd:toast", {detail: {text: "保存しました", sticky: true}}))""")
    assert apart(hotter, "#hotter", ".job", ".snack")
    # as it will be once some were left out
    hotter.locator(".job-text").evaluate("text => text.append(' (24 left as they are)')")
    assert apart(hotter, "#hotter", ".job", ".snack")
