"""“Do not contact” by keys alone: asked first, shown at once, taken back by U."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from leads.models import Lead
from leads.tests.factories import LeadFactory
from leads.tests.test_table_browser import AXE

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def lead(company, rep):
    return LeadFactory(company=company, owner=rep, phone="03-1234-5678")


def blocked(lead) -> bool:
    return Lead.objects.get(pk=lead.pk).do_not_contact


def test_set_by_keys_taken_back_set_again_and_lifted(browse, rep, lead):
    page = browse(rep, "/leads/?view=all", viewport={"width": 1440, "height": 900})
    page.locator("#tb .name").first.click()
    page.locator("#panel-title").wait_for()
    page.locator(".no-contact > summary").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.locator("#no-contact-reason")).to_be_focused()
    page.keyboard.type("連絡は不要とのこと")
    assert not blocked(lead)
    page.keyboard.press("Enter")
    expect(page.locator("#panel .marks .dnc")).to_have_text("連絡禁止")
    assert blocked(lead)
    expect(page.locator('#panel a[href^="tel:"]')).to_have_count(0)
    page.locator("#panel-title").focus()
    page.keyboard.press("u")
    expect(page.locator("#panel .marks .dnc")).to_have_count(0)
    assert not blocked(lead)
    page.locator(".no-contact > summary").click()
    page.locator(".no-contact button").click()
    expect(page.locator("#panel .marks .dnc")).to_have_count(1)
    page.locator(".no-contact-form.lift button").press("Enter")
    expect(page.locator("#panel .marks .dnc")).to_have_count(0)
    assert not blocked(lead)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("is_set", [False, True])
def test_it_fits_a_phone_without_a_violation(browse, rep, lead, scheme, is_set):
    Lead.objects.filter(pk=lead.pk).update(do_not_contact=is_set, do_not_contact_reason="連絡は不要" * 20)
    phone = {"viewport": {"width": 390, "height": 844}, "color_scheme": scheme}
    page = browse(rep, f"/leads/{lead.pk}/", **phone)
    if not is_set:
        page.locator(".no-contact > summary").click()
    found = Axe().run(page, options=AXE).response["violations"]
    assert [(rule["id"], node["html"]) for rule in found for node in rule["nodes"]] == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    if not is_set:
        box = page.locator(".no-contact .menu-list").bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 390
