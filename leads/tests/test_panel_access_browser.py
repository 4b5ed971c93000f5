"""The panel for everybody: axe-core, the order of the focus, names, no sideways scrolling."""

from datetime import timedelta
from itertools import pairwise

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import expect

from leads.models import Deal, Note
from leads.tests.factories import LeadFactory
from leads.tests.table_cast import warm
from leads.tests.test_table_browser import AXE

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]
SIZES = {"wide": {"width": 1440, "height": 900}, "narrow": {"width": 1024, "height": 768}}


@pytest.fixture
def lead(company, rep):
    """Has something of everything."""
    due = timezone.now() - timedelta(days=2)
    lead = LeadFactory(company=company, owner=rep, next_action="電話", next_action_due_at=due)
    warm(lead, times=30)
    Note.objects.create(lead=lead, author=rep, author_name="佐藤", body="展示会で名刺交換")
    Deal.objects.create(
        lead=lead, team=lead.team, name="検査装置", amount_jpy=4_800_000, opened_at=timezone.now()
    )
    return lead


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("language", ["ja", "en"])
def test_no_violation_with_the_panel_open(browse, rep, lead, size, scheme, language):
    rep.language = language
    rep.save()
    page = browse(rep, "/leads/?view=all", color_scheme=scheme, viewport=SIZES[size], locale=f"{language}-JP")
    page.locator("#tb .name").first.click()
    page.locator("#draft-panel").wait_for()
    for details in page.locator("#panel details").all():
        details.evaluate("details => { details.open = true; }")
    found = Axe().run(page, options=AXE).response["violations"]
    assert [(rule["id"], node["html"]) for rule in found for node in rule["nodes"]] == []
    assert page.locator("#panel").evaluate("panel => panel.scrollWidth <= panel.clientWidth")


def test_the_focus_goes_through_the_panel_from_top_to_bottom(browse, rep, lead):
    page = browse(rep, "/leads/?view=all", viewport=SIZES["wide"])
    page.keyboard.press("o")
    page.locator("#draft-panel").wait_for()
    expect(page.locator("#panel-title")).to_be_focused()
    heights = []
    for _step in range(12):
        page.keyboard.press("Tab")
        inside = "document.activeElement.closest('#panel') !== null"
        assert page.evaluate(inside)
        top = (
            "document.activeElement.getBoundingClientRect().top + document.getElementById('panel').scrollTop"
        )
        heights.append(page.evaluate(top))
    assert all(later > before - 60 for before, later in pairwise(heights))


def test_names_for_who_does_not_see_it(browse, rep, lead):
    page = browse(rep, "/leads/?view=all", viewport=SIZES["wide"])
    page.locator("#tb .name").first.click()
    panel = page.get_by_role("complementary", name="リード")
    expect(panel.get_by_role("heading", level=2)).to_have_text("山田 花子 様")
    expect(panel.get_by_role("img", name="30日間")).to_be_visible()
    for name in ("ページで開く", "閉じる"):
        assert panel.get_by_role("link", name=name).or_(panel.get_by_role("button", name=name)).count() == 1
    assert panel.get_by_role("region", name="活動").count() == 1
