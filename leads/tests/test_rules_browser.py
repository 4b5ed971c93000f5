"""The editor of rules in a real browser: rows with and without scripts, live figures, a phone, axe."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from leads.models import ActivityType, RuleSet
from leads.tests.events import event, record
from leads.tests.rule_pages import url
from leads.tests.rule_sets import draft_rules

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]
AXE = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
NEW = {"field": "company.region", "op": "in", "value": ["東京都", "大阪府"], "points": 12}


@pytest.fixture(autouse=True)
def _no_second_factor(settings):
    settings.ADMIN_SECOND_FACTOR = False


@pytest.fixture
def draft(db):
    return draft_rules(fit_rules=[{"field": "lead.phone", "op": "exists", "value": True, "points": 3}])


def fill(page, number: int) -> None:
    page.select_option(f"[name=fit-{number}-field]", "company.region")
    page.fill(f"[name=fit-{number}-value]", "東京都\n大阪府")
    page.fill(f"[name=fit-{number}-points]", "12")


def save(page) -> None:
    page.get_by_role("button", name="保存", exact=True).click()
    page.wait_for_load_state()


def rules_of(draft) -> list:
    return RuleSet.objects.get(pk=draft.pk).fit_rules


def test_a_rule_is_added_with_scripts(browse, admin, draft):
    page = browse(admin, url(draft))
    area = page.locator("[data-rows=fit]")
    assert area.locator("[data-list] > .rl-row").count() == 1
    area.get_by_role("button", name="ルールを追加").click()
    expect(page.locator("[name=fit-1-field]")).to_be_focused()
    fill(page, 1)
    save(page)
    assert rules_of(draft) == [*draft.fit_rules, NEW]


def test_a_rule_is_added_and_another_removed_without_scripts(browse, admin, draft):
    page = browse(admin, url(draft), java_script_enabled=False)
    assert page.locator("[data-rows=fit] [data-list] > .rl-row").count() == 4
    assert not page.get_by_role("button", name="ルールを追加").first.is_visible()
    fill(page, 2)
    page.check("[name=fit-0-DELETE]")
    save(page)
    assert rules_of(draft) == [NEW]


def test_a_row_shows_the_inputs_of_its_comparison(browse, admin, draft):
    page = browse(admin, url(draft))

    def shown() -> list[bool]:
        return [page.locator(f"[name=fit-0-{name}]").is_visible() for name in ("value", "low", "attribute")]

    assert shown() == [False, False, False]
    page.select_option("[name=fit-0-op]", "range")
    assert shown() == [False, True, False]
    page.select_option("[name=fit-0-op]", "contains")
    page.select_option("[name=fit-0-field]", "company.attributes")
    assert shown() == [True, False, True]


def test_the_worth_of_a_weight_follows_what_is_typed(browse, admin, draft):
    page = browse(admin, url(draft))
    cell = page.locator("[data-points=weight_email_reply]")
    stored = cell.inner_text()
    page.fill("[name=weight_email_reply]", "12")
    assert cell.inner_text() == "+25.0"
    page.fill("[name=weight_email_reply]", "14")
    assert cell.inner_text() == stored
    page.fill("[name=half_life_hours]", "36")
    assert page.locator("[data-days]").inner_text() == "= 1.5日"


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 390])
def test_axe_finds_nothing(browse, admin, draft, lead, width, theme):
    record(event(lead, ActivityType.EMAIL_REPLY))
    old = draft_rules(status="retired", weights={})
    for path in ("/admin/leads/ruleset/", url(draft), url(old), url(old, "preview")):
        options = {"viewport": {"width": width, "height": 900}, "color_scheme": theme}
        page = browse(admin, path, **options)
        found = Axe().run(page, options=AXE).response["violations"]
        assert [(one["id"], [node["target"] for node in one["nodes"]]) for one in found] == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        page.context.close()
