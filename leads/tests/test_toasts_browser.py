"""A toast that stands is not moved by what begins meanwhile: one of its buttons may be under a finger."""

import pytest
from playwright.sync_api import expect

from leads.tests.factories import LeadFactory
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
