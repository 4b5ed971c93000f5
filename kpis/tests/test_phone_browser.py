"""On a phone nothing of a page is cut off: not the choice of a team, not the words of a heading."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from kpis.tests.test_accessibility import RULES
from salesdash.models import Membership

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True}
# what a choice would need for its longest name, beside what it has
CUT = """() => [...document.querySelectorAll(".kpi-filters select, .batch-choices select")].filter((select) => {
  const style = getComputedStyle(select);
  const pen = document.createElement("canvas").getContext("2d");
  pen.font = style.font;
  const widest = Math.max(...[...select.options].map((one) => pen.measureText(one.text.trim()).width));
  return widest > select.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
}).map((select) => select.name)"""


@pytest.fixture
def two_teams(manager, other_team):
    Membership.objects.create(user=manager, team=other_team)
    return manager


@pytest.mark.parametrize("language", ["ja", "en"])
@pytest.mark.parametrize(
    "path", ["/kpi/", "/drafts/safety/", "/drafts/reviews/", "/drafts/batches/new/?view=all"]
)
def test_no_choice_is_cut(browse, two_teams, lead, path, language):
    two_teams.language = language
    two_teams.save()
    page = browse(two_teams, path, **PHONE)
    assert page.locator(".kpi-filters select, .batch-choices select").count() >= 2
    assert page.evaluate(CUT) == []
    assert page.evaluate("document.documentElement.scrollWidth") == 390


def test_the_heading_of_a_draft_breaks_no_words(browse, rep, lead):
    rep.language = "en"
    rep.save()
    page = browse(rep, f"/leads/{lead.pk}/", **PHONE)
    words = page.locator("#draft-panel h3 > span")
    words.first.wait_for()
    page.evaluate("""() => document.querySelector("#draft-panel h3").insertAdjacentHTML("beforeend",
        "<span>AI, edited by hand, checked</span><span class=demo-tag>demo writer, no AI connected</span>")""")
    heights = words.evaluate_all("nodes => nodes.map((node) => node.offsetHeight)")
    assert max(heights) < 30, heights


@pytest.mark.parametrize("language", ["ja", "en"])
def test_the_comparison_scrolls_instead_of_breaking_its_words(browse, manager, lead, language):
    manager.language = language
    manager.save()
    page = browse(manager, "/kpi/", **PHONE)
    rows = page.locator("section[aria-labelledby=evidence] .dwrap tbody tr")
    assert rows.count() >= 3
    assert max(rows.evaluate_all("rows => rows.map((row) => row.offsetHeight)")) < 200
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    found = Axe().run(page, options=RULES).response["violations"]
    assert [(rule["id"], node["html"]) for rule in found for node in rule["nodes"]] == []
